# shellcheck shell=bash
# Apache Kafka from Maven's jars: broker and controller (KRaft) in one process.

kafka_version=4.3.0
kafka_log4j_version=2.25.1
kafka_entry=kafka-$kafka_version-$(digest recipe-1 "$kafka_log4j_version")

kafka_pom() {
  cat <<XML
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>rowferry</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$kafka_version</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>$kafka_version</version></dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>$kafka_log4j_version</version>
    </dependency>
  </dependencies>
</project>
XML
}

# The jars, and a formatted but empty log directory.
kafka_fill() {
  local dir=$1
  say "fetching Kafka $kafka_version with Maven (once)"
  kafka_pom >"$dir/pom.xml"
  mvn --quiet --batch-mode --file "$dir/pom.xml" dependency:copy-dependencies \
    -DoutputDirectory="$dir/libs" -DincludeScope=runtime >"$dir/log" 2>&1 || { cat "$dir/log" >&2; return 1; }
  ROWFERRY_KAFKA_OPTS='' ROWFERRY_KAFKA_VIA='' kafka_properties "$dir/data" 9092 >"$dir/server.properties"
  java -cp "$dir/libs/*" kafka.tools.StorageTool format --cluster-id cm93ZmVycnkta2Fma2EtMQ \
    --config "$dir/server.properties" >>"$dir/log" 2>&1 || { cat "$dir/log" >&2; return 1; }
}

# The JVM's archive of the classes that a broker loads: it halves the time and the work of a start.
kafka_archive() {
  printf 'kafka-archive-%s' "$(digest recipe-1 "$kafka_entry" "$(stat --dereference --format '%n %s %Y' "$(command -v java)")")"
}

kafka_archive_fill() {
  local dir=$1 port=21000 kafka_command
  say "preparing Kafka's start (once)"
  while [[ -n $(ss --no-header --listening --tcp "sport >= :$port and sport <= :$((port + 1))") ]]; do port=$((port + 2)); done
  cp --archive "$ROWFERRY_CACHE/$kafka_entry/data" "$dir/data"
  ROWFERRY_KAFKA_OPTS='' ROWFERRY_KAFKA_VIA='' kafka_properties "$dir/data" "$port" >"$dir/server.properties"
  kafka_jvm -XX:ArchiveClassesAtExit="$dir/classes.jsa"
  process_start "$dir" "${kafka_command[@]}" "$dir/server.properties"
  process_wait_ready "$dir" Kafka 90 kafka_answers "$dir" "$port"
  process_end "$dir" TERM 60
  remove_tree "$dir/data"
  [[ -s $dir/classes.jsa ]]
}

# kafka_jvm OPTION...: sets the array kafka_command to a broker's, but for the file of properties.
kafka_jvm() {
  kafka_command=(java -Xmx512m -Dlog4j2.configurationFile="$scripts/lib/kafka-log4j2.xml" "$@"
    -cp "$ROWFERRY_CACHE/$kafka_entry/libs/*" kafka.Kafka)
}

# kafka_properties DATA PORT: the controller listens on PORT+1. With ROWFERRY_KAFKA_VIA=P there is a
# listener on PORT+2 whose clients are told to come to port P, where a test puts a proxy.
kafka_properties() {
  local data=$1 port=$2 via=${ROWFERRY_KAFKA_VIA-}
  cat <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$((port + 1))
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$((port + 1))${via:+,VIA://127.0.0.1:$((port + 2))}
advertised.listeners=PLAINTEXT://127.0.0.1:$port${via:+,VIA://127.0.0.1:$via}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,VIA:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=$data
auto.create.topics.enable=false
delete.topic.enable=true
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
${ROWFERRY_KAFKA_OPTS-}
PROPERTIES
}

kafka_prepare() {
  require_commands java mvn kcat
  cached "$kafka_entry" kafka_fill
  cached "$(kafka_archive)" kafka_archive_fill
  [[ -d $1/data ]] || copy_whole "$ROWFERRY_CACHE/$kafka_entry/data" "$1/data"
}

kafka_start() {
  local dir=$1 port=$2 kafka_command
  kafka_properties "$dir/data" "$port" >"$dir/server.properties"
  port_must_be_free $((port + 1)) 'the Kafka controller' ROWFERRY_KAFKA_PORT
  kafka_jvm -XX:SharedArchiveFile="$ROWFERRY_CACHE/$(kafka_archive)/classes.jsa"
  process_start "$dir" "${kafka_command[@]}" "$dir/server.properties"
}

kafka_answers() { timeout 5 kcat -b "127.0.0.1:$2" -L -m 2 2>/dev/null | grep --quiet '^ 1 brokers'; }

kafka_describe() { printf '%s, one broker, topics are not created by use' "$kafka_version"; }
