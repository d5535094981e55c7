-- The list of silos for `--cluster postgres:…`. Apply it once to the database that the fleet shares, and again after an upgrade; it changes
-- nothing that is there already:
--
--   psql "host=db.example dbname=preble user=owner" -v ON_ERROR_STOP=1 -f clustering.sql
--
-- The servers' own user needs: SELECT on orleansquery; SELECT, INSERT, UPDATE, DELETE on preble_cluster and preble_silo.
-- The statements in orleansquery are what Orleans' ADO.NET clustering executes, each under the name by which it asks for it.

BEGIN;

CREATE TABLE IF NOT EXISTS preble_cluster
(
    cluster_id text PRIMARY KEY,
    version    integer NOT NULL DEFAULT 0
);

COMMENT ON TABLE preble_cluster IS 'One row a fleet. Every change of its list of silos is made on the version that was read, and raises it.';

CREATE TABLE IF NOT EXISTS preble_silo
(
    cluster_id    text NOT NULL REFERENCES preble_cluster ON DELETE CASCADE,
    address       text NOT NULL,
    port          integer NOT NULL,
    generation    integer NOT NULL,
    silo_name     text NOT NULL,
    host_name     text NOT NULL,
    status        integer NOT NULL,
    gateway_port  integer NOT NULL,
    suspect_times text,
    start_time    timestamptz NOT NULL,
    alive_time    timestamptz NOT NULL,
    PRIMARY KEY (cluster_id, address, port, generation)
);

COMMENT ON COLUMN preble_silo.status IS 'Orleans'' number: 1 created, 2 joining, 3 active, 4 shutting down, 5 stopping, 6 dead.';
COMMENT ON COLUMN preble_silo.suspect_times IS 'Who suspects it and since when, written and read by the silos.';

CREATE TABLE IF NOT EXISTS orleansquery
(
    querykey  text PRIMARY KEY,
    querytext text NOT NULL
);

INSERT INTO orleansquery (querykey, querytext) VALUES

('InsertMembershipVersionKey', $sql$
    WITH made AS (
        INSERT INTO preble_cluster (cluster_id) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*) > 0 FROM made
$sql$),

-- The row of the cluster is locked first: of two writers on the same version one finds it raised, and changes nothing.
('InsertMembershipKey', $sql$
    WITH raised AS (
        UPDATE preble_cluster SET version = version + 1
        WHERE cluster_id = @DeploymentId AND version = @Version AND NOT EXISTS (
            SELECT FROM preble_silo
            WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING cluster_id),
    made AS (
        INSERT INTO preble_silo
            (cluster_id, address, port, generation, silo_name, host_name, status, gateway_port, start_time, alive_time)
        SELECT cluster_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM raised
        RETURNING 1)
    SELECT count(*) > 0 FROM made
$sql$),

('UpdateMembershipKey', $sql$
    WITH raised AS (
        UPDATE preble_cluster SET version = version + 1
        WHERE cluster_id = @DeploymentId AND version = @Version AND EXISTS (
            SELECT FROM preble_silo
            WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING cluster_id),
    changed AS (
        UPDATE preble_silo SET status = @Status, suspect_times = @SuspectTimes, alive_time = @IAmAliveTime FROM raised
        WHERE preble_silo.cluster_id = raised.cluster_id AND address = @Address AND port = @Port AND generation = @Generation
        RETURNING 1)
    SELECT count(*) > 0 FROM changed
$sql$),

('UpdateIAmAlivetimeKey', $sql$
    UPDATE preble_silo SET alive_time = @IAmAliveTime
    WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$sql$),

-- One row with nulls for its silo while there is none: the version is wanted in any case.
('MembershipReadAllKey', $sql$
    SELECT c.version AS Version, s.address AS Address, s.port AS Port, s.generation AS Generation, s.silo_name AS SiloName,
           s.host_name AS HostName, s.status AS Status, s.gateway_port AS ProxyPort, s.suspect_times AS SuspectTimes,
           s.start_time AS StartTime, s.alive_time AS IAmAliveTime
    FROM preble_cluster c LEFT JOIN preble_silo s USING (cluster_id)
    WHERE c.cluster_id = @DeploymentId
$sql$),

('MembershipReadRowKey', $sql$
    SELECT c.version AS Version, s.address AS Address, s.port AS Port, s.generation AS Generation, s.silo_name AS SiloName,
           s.host_name AS HostName, s.status AS Status, s.gateway_port AS ProxyPort, s.suspect_times AS SuspectTimes,
           s.start_time AS StartTime, s.alive_time AS IAmAliveTime
    FROM preble_cluster c LEFT JOIN preble_silo s
        ON s.cluster_id = c.cluster_id AND s.address = @Address AND s.port = @Port AND s.generation = @Generation
    WHERE c.cluster_id = @DeploymentId
$sql$),

('GatewaysQueryKey', $sql$
    SELECT address AS Address, gateway_port AS ProxyPort, generation AS Generation
    FROM preble_silo WHERE cluster_id = @DeploymentId AND status = @Status AND gateway_port > 0
$sql$),

('CleanupDefunctSiloEntriesKey', $sql$
    DELETE FROM preble_silo WHERE cluster_id = @DeploymentId AND alive_time < @IAmAliveTime AND status <> 3
$sql$),

('DeleteMembershipTableEntriesKey', $sql$
    DELETE FROM preble_cluster WHERE cluster_id = @DeploymentId
$sql$)

ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext;

COMMIT;
