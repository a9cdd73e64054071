-- decode: --statements warn
-- Changes logged as statements among rows: INTVAR, RAND, USER_VAR, temporary tables, MIXED.
SET timestamp = 1709210096.789;
CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(50), n DOUBLE);
SET binlog_format = STATEMENT;
INSERT INTO t (v) VALUES ('by statement');
SET @user = 'a user''s variable', @number = -5;
INSERT INTO t (v, n) VALUES (@user, @number);
INSERT INTO t (v, n) VALUES ('rand', RAND());
SET binlog_format = MIXED;
BEGIN;
DELETE FROM t WHERE id = 2;
INSERT INTO t (v) VALUES (CONCAT('a row among statements ', CONNECTION_ID() > 0, LEFT(UUID(), 0)));
COMMIT;
SET binlog_format = ROW;
CREATE TEMPORARY TABLE gone (id INT);
INSERT INTO gone VALUES (1);
INSERT INTO t (id, v) SELECT id + 100, 'from a temporary table' FROM gone;
DROP TEMPORARY TABLE gone;
