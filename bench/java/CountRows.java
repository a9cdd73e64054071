// Decodes rows with mysql-binlog-connector-java and counts them: what its users pay before anything is done with a row.
import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;

public class CountRows {
  // PORT FILE OFFSET ROWS: prints when the last of so many rows had been decoded (ns since the epoch), with the values seen.
  public static void main(String[] args) throws Exception {
    long wanted = Long.parseLong(args[3]);
    BinaryLogClient client = new BinaryLogClient("127.0.0.1", Integer.parseInt(args[0]), "root", "");
    client.setServerId(9403);
    client.setBinlogFilename(args[1]);
    client.setBinlogPosition(Long.parseLong(args[2]));
    long[] seen = new long[2];
    client.registerEventListener(event -> {
      EventData data = event.getData();
      if (!(data instanceof WriteRowsEventData)) return;
      for (Object[] row : ((WriteRowsEventData) data).getRows()) {
        seen[0]++;
        seen[1] += row.length;
      }
      if (seen[0] >= wanted) {
        java.time.Instant now = java.time.Instant.now();
        System.out.println(seen[0] + " " + seen[1] + " " + (now.getEpochSecond() * 1_000_000_000L + now.getNano()));
        System.out.flush();
        java.util.concurrent.locks.LockSupport.park(); // until it has been looked at and is killed
      }
    });
    client.connect();
  }
}
