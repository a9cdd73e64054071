-- XA: two phases, one phase, a rollback, two prepared at once and decided in the other order, rows in between, none at all, compression.
SET timestamp = 1709210096.789, xa_detach_on_prepare = ON;
CREATE TABLE a (id INT PRIMARY KEY, v INT);
CREATE TABLE b (id INT PRIMARY KEY, v INT);
XA START 'one', 'branch', 7; INSERT INTO a VALUES (1, 1), (2, 2); XA END 'one', 'branch', 7; XA PREPARE 'one', 'branch', 7;
INSERT INTO b VALUES (1, 1);
XA COMMIT 'one', 'branch', 7;
XA START 'two'; UPDATE a SET v = 10 WHERE id = 1; XA END 'two'; XA PREPARE 'two'; XA ROLLBACK 'two';
XA START x'00ff27', x'5c', 1; INSERT INTO a VALUES (3, 3); INSERT INTO b VALUES (3, 3); XA END x'00ff27', x'5c', 1; XA PREPARE x'00ff27', x'5c', 1;
XA START 'four'; DELETE FROM b WHERE id = 1; XA END 'four'; XA PREPARE 'four';
FLUSH BINARY LOGS;
XA COMMIT 'four';
XA COMMIT x'00ff27', x'5c', 1;
XA START 'five'; INSERT INTO a VALUES (5, 5); XA END 'five'; XA COMMIT 'five' ONE PHASE;
XA START 'six'; XA END 'six'; XA PREPARE 'six'; XA COMMIT 'six';
XA START 'seven'; INSERT INTO a VALUES (7, 7); XA END 'seven'; XA ROLLBACK 'seven';
SET binlog_transaction_compression = ON;
XA START 'eight'; INSERT INTO a VALUES (8, 8); XA END 'eight'; XA PREPARE 'eight'; XA COMMIT 'eight';
