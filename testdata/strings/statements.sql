-- Lengths at the edges of their prefixes, BINARY's zeros, labels of many bytes, an ENUM outside of its labels, wide tables.
SET timestamp = 1709210096.789, sql_mode = '';
CREATE TABLE lengths (
  id INT PRIMARY KEY, a CHAR(63) CHARACTER SET utf8mb4, b CHAR(64) CHARACTER SET utf8mb4, c CHAR(255) CHARACTER SET utf8mb4, d VARCHAR(255) CHARACTER SET latin1,
  e VARCHAR(256) CHARACTER SET latin1, f TINYBLOB, g BLOB, h MEDIUMBLOB, i LONGBLOB, j BINARY(255), k VARBINARY(256));
INSERT INTO lengths VALUES
  (1, REPEAT('🚀', 63), REPEAT('🚀', 64), REPEAT('a', 255), REPEAT('b', 255), REPEAT('c', 256), REPEAT('d', 255), REPEAT('e', 256), REPEAT('f', 257), REPEAT('g', 258),
   x'00ff', x'00'),
  (2, '', '', '', '', '', '', '', '', '', '', '');
CREATE TABLE zeros (k BINARY(16) PRIMARY KEY, v VARBINARY(4));
INSERT INTO zeros VALUES (x'11000000000000000000000000000000', x'1100'), (x'', x'');
DELETE FROM zeros WHERE k = x'11000000000000000000000000000000';
CREATE TABLE labels (e ENUM('é', '漢字', '', 'x') CHARACTER SET utf8mb4 PRIMARY KEY, s SET('ü', '漢') CHARACTER SET utf8mb4, f ENUM('a', 'b'));
INSERT INTO labels VALUES ('漢字', 'ü,漢', 'outside'), ('', '', NULL), ('é', NULL, 'b');
UPDATE labels SET e = 'x' WHERE e = 'é';
CREATE TABLE signs (id TINYINT UNSIGNED PRIMARY KEY, a YEAR, b SMALLINT UNSIGNED, c BIT(5), d MEDIUMINT UNSIGNED, e YEAR, f INT, g BIGINT UNSIGNED, h DECIMAL(3,1) UNSIGNED, i FLOAT UNSIGNED);
INSERT INTO signs VALUES (255, 2155, 65535, 31, 16777215, 0, -1, 18446744073709551615, 99.9, 1.5);
CREATE TABLE `wide` (c000 INT PRIMARY KEY) SELECT 1 AS c000;
SET SESSION group_concat_max_len = 100000;
SET @columns = (WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 299)
  SELECT GROUP_CONCAT(CONCAT('ADD COLUMN c', LPAD(i, 3, '0'), ' TINYINT', IF(i % 2, ' UNSIGNED', '')) ORDER BY i) FROM n);
SET @ddl = CONCAT('ALTER TABLE `wide` ', @columns);
PREPARE ddl FROM @ddl;
EXECUTE ddl;
SET binlog_row_image = MINIMAL;
UPDATE `wide` SET c299 = 255, c298 = -1;
UPDATE `wide` SET c007 = 200, c008 = NULL, c256 = -128 WHERE c000 = 1;
SET binlog_row_image = FULL;
UPDATE `wide` SET c001 = 1;
