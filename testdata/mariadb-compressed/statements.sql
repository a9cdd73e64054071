-- server: mariadb
-- log_bin_compress: QUERY and rows events whose text and rows are compressed, beside short ones that are not; no checksums for a file.
SET timestamp = 1709210096.789;
SET GLOBAL log_bin_compress = ON, GLOBAL log_bin_compress_min_len = 64;
CREATE TABLE t (id INT PRIMARY KEY, v TEXT /* a comment that makes this statement long enough to be worth compressing, compressing, compressing */);
INSERT INTO t VALUES (1, REPEAT('compressible ', 100)), (2, REPEAT('x', 300)), (3, '');
UPDATE t SET v = CONCAT(v, 'y');
INSERT INTO t VALUES (4, 's');
SET GLOBAL binlog_checksum = NONE;
DELETE FROM t WHERE id < 3;
SET GLOBAL binlog_checksum = CRC32;
SET GLOBAL log_bin_compress = OFF;
DELETE FROM t;
