{{/* The arguments of a role's process. Called with (dict "root" $ "role" ROLE). */}}
{{- define "preble.args" -}}
{{- $values := .root.Values -}}
{{- $own := index $values .role -}}
- serve
- --host
- 0.0.0.0
- --port
- "8080"
- --drain-seconds
- {{ $values.drainSeconds | quote }}
{{- if eq $values.topology "fleet" }}
- --role
- {{ .role }}
# Kubernetes puts the variables in.
- --silo-name
- $(POD_NAME)
- --silo-address
- $(POD_IP)
{{- if $values.kubernetesHosting }}
- --kubernetes
{{- end }}
- --cluster-id
- {{ include "preble.fullname" .root }}
- --service-id
- {{ include "preble.fullname" .root }}
- --silo-port
- "11111"
- --probe-timeout-ms
- {{ $values.cluster.probeTimeoutMs | quote }}
- --missed-probes
- {{ $values.cluster.missedProbes | quote }}
{{- end }}
{{- range $values.models }}
- --model
- {{ printf "%s=%s" .name .path | quote }}
{{- end }}
{{- if eq .role "worker" }}
- --workers
- {{ $own.workersPerPod | quote }}
- --kv-gib
- {{ $own.kvGib | quote }}
{{- if $own.threads }}
- --threads
- {{ $own.threads | quote }}
{{- end }}
{{- end }}
{{- if and (eq .role (include "preble.front" .root)) (include "preble.hasKeys" .root) }}
- --api-keys-file
- /etc/preble/keys/{{ $values.apiKeys.secretKey }}
{{- end }}
{{- range concat $values.extraArgs $own.extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end -}}

{{/* The pod of a role. Called with (dict "root" $ "role" ROLE). */}}
{{- define "preble.pod" -}}
{{- $values := .root.Values -}}
{{- $own := index $values .role -}}
{{- $fleet := eq $values.topology "fleet" -}}
{{- $keys := and (eq .role (include "preble.front" .root)) (include "preble.hasKeys" .root) -}}
{{- $models := or $values.modelVolume.existingClaim $values.modelVolume.image -}}
{{- $pause := ternary $values.gateway.preStopSeconds 0 (eq .role (include "preble.front" .root)) | int -}}
metadata:
  labels:
    {{- include "preble.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
    {{- if $fleet }}
    orleans/serviceId: {{ include "preble.fullname" .root }}
    orleans/clusterId: {{ include "preble.fullname" .root }}
    {{- end }}
    {{- with $values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    # A changed connection or list of models begins a rollout; changed keys need none.
    preble/configuration: {{ list $values.cluster $values.models | toJson | sha256sum | trunc 16 | quote }}
    {{- with $values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "preble.serviceAccount" .root }}
  automountServiceAccountToken: {{ and $fleet $values.kubernetesHosting }}
  # The pause, the drain, the last words of those who are cut off, and some room.
  terminationGracePeriodSeconds: {{ add $pause (ceil $values.drainSeconds) 20 }}
  {{- with $values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with $values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- include "preble.podSecurity" .root | nindent 4 }}
  containers:
    - name: preble
      image: {{ include "preble.image" .root }}
      imagePullPolicy: {{ $values.image.pullPolicy }}
      args:
        {{- include "preble.args" . | nindent 8 }}
      {{- if $fleet }}
      env:
        - name: POD_NAME
          valueFrom: { fieldRef: { fieldPath: metadata.name } }
        - name: POD_NAMESPACE
          valueFrom: { fieldRef: { fieldPath: metadata.namespace } }
        - name: POD_IP
          valueFrom: { fieldRef: { fieldPath: status.podIP } }
        - name: PREBLE_CLUSTER
          valueFrom:
            secretKeyRef:
              name: {{ include "preble.clusterSecret" .root }}
              key: {{ $values.cluster.secretKey }}
      {{- end }}
      ports:
        - { name: http, containerPort: 8080 }
        {{- if $fleet }}
        - { name: silo, containerPort: 11111 }
        {{- end }}
      startupProbe:
        httpGet: { path: /health/live, port: http }
        periodSeconds: 5
        timeoutSeconds: 5
        failureThreshold: {{ max 1 (div (add $values.startupSeconds 4) 5) }}
      livenessProbe:
        httpGet: { path: /health/live, port: http }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: { path: /health/ready, port: http }
        periodSeconds: 5
        timeoutSeconds: 5
        failureThreshold: 2
      {{- if $pause }}
      lifecycle:
        preStop:
          sleep: { seconds: {{ $pause }} }
      {{- end }}
      resources:
        {{- include "preble.resources" (dict "own" $own) | nindent 8 }}
      securityContext:
        {{- include "preble.containerSecurity" .root | nindent 8 }}
      volumeMounts:
        - { name: tmp, mountPath: /tmp }
        - { name: cache, mountPath: /var/cache/preble }
        {{- if $models }}
        - { name: models, mountPath: /models, readOnly: true }
        {{- end }}
        {{- if $keys }}
        - { name: api-keys, mountPath: /etc/preble/keys, readOnly: true }
        {{- end }}
  volumes:
    - { name: tmp, emptyDir: {} }
    {{- if not (and (eq .role "worker") $values.worker.cache.persistent) }}
    - name: cache
      emptyDir:
        sizeLimit: {{ $values.worker.cache.size }}
    {{- end }}
    {{- if $values.modelVolume.existingClaim }}
    - name: models
      persistentVolumeClaim: { claimName: {{ $values.modelVolume.existingClaim }}, readOnly: true }
    {{- else if $values.modelVolume.image }}
    - name: models
      image: { reference: {{ $values.modelVolume.image | quote }}, pullPolicy: {{ $values.image.pullPolicy }} }
    {{- end }}
    {{- if $keys }}
    - name: api-keys
      secret: { secretName: {{ include "preble.keysSecret" .root }} }
    {{- end }}
  {{- if $values.topologySpread.enabled }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: {{ $values.topologySpread.topologyKey }}
      whenUnsatisfiable: {{ $values.topologySpread.whenUnsatisfiable }}
      labelSelector:
        matchLabels:
          {{- include "preble.selector" .root | nindent 10 }}
          app.kubernetes.io/component: {{ .role }}
  {{- end }}
  {{- range $field := list "nodeSelector" "tolerations" "affinity" }}
  {{- with index $own $field }}
  {{ $field }}:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
{{- end -}}

{{/* A role's resources, with its GPUs. */}}
{{- define "preble.resources" -}}
{{- $resources := deepCopy .own.resources -}}
{{- if .own.gpus -}}
{{- $resources = mergeOverwrite $resources (dict "limits" (dict "nvidia.com/gpu" .own.gpus)) -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end -}}
