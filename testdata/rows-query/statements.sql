-- ROWS_QUERY events, in statements short and long (their length byte means nothing), and the character set of the client.
SET timestamp = 1709210096.789, binlog_rows_query_log_events = ON;
CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(600));
INSERT INTO t VALUES (1, 'short');
INSERT INTO t VALUES (2, 'a statement of more than two hundred and fifty-five bytes: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx');
SET NAMES latin1;
UPDATE t SET v = 'latin1 é' WHERE id = 1;
SET NAMES utf8mb4, binlog_transaction_compression = ON;
DELETE FROM t;
