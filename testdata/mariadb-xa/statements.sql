-- server: mariadb
-- XA as MariaDB logs it: prepared and completed groups, one phase, a rollback, decided in the other order.
SET timestamp = 1709210096.789;
CREATE TABLE a (id INT PRIMARY KEY, v INT);
XA START 'one', 'branch', 7; INSERT INTO a VALUES (1, 1), (2, 2); XA END 'one', 'branch', 7; XA PREPARE 'one', 'branch', 7;
-- reconnect
SET timestamp = 1709210096.789;
INSERT INTO a VALUES (9, 9);
XA COMMIT 'one', 'branch', 7;
XA START 'two'; UPDATE a SET v = 10 WHERE id = 1; XA END 'two'; XA PREPARE 'two'; XA ROLLBACK 'two';
XA START 'three'; INSERT INTO a VALUES (3, 3); XA END 'three'; XA COMMIT 'three' ONE PHASE;
XA START x'00ff27', x'5c', 1; INSERT INTO a VALUES (4, 4); XA END x'00ff27', x'5c', 1; XA PREPARE x'00ff27', x'5c', 1;
-- reconnect
FLUSH BINARY LOGS;
XA COMMIT x'00ff27', x'5c', 1;
