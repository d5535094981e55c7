{{- define "preble.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "preble.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "preble.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "preble.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "preble.selector" -}}
app.kubernetes.io/name: {{ include "preble.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "preble.labels" -}}
{{ include "preble.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "preble.image" -}}
{{ printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end -}}

{{- define "preble.serviceAccount" -}}
{{- if .Values.serviceAccount.name -}}
{{ .Values.serviceAccount.name }}
{{- else if .Values.serviceAccount.create -}}
{{ include "preble.fullname" . }}
{{- else -}}
default
{{- end -}}
{{- end -}}

{{- define "preble.clusterSecret" -}}
{{- default (printf "%s-cluster" (include "preble.fullname" .)) .Values.cluster.existingSecret -}}
{{- end -}}

{{- define "preble.keysSecret" -}}
{{- default (printf "%s-api-keys" (include "preble.fullname" .)) .Values.apiKeys.existingSecret -}}
{{- end -}}

{{/* Not empty when clients need a key. */}}
{{- define "preble.hasKeys" -}}
{{- if or .Values.apiKeys.existingSecret .Values.apiKeys.keys -}}yes{{- end -}}
{{- end -}}

{{/* The role whose pods answer clients. */}}
{{- define "preble.front" -}}
{{- if eq .Values.topology "single" -}}worker{{- else -}}gateway{{- end -}}
{{- end -}}

{{- define "preble.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1654
runAsGroup: 1654
fsGroup: 1654
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "preble.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}
