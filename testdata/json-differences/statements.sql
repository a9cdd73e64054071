-- JSON as differences: applied to the document before where the image has it, told as `partial` where it has not.
SET timestamp = 1709210096.789, binlog_row_value_options = PARTIAL_JSON;
CREATE TABLE t (id INT PRIMARY KEY, a JSON, n INT, b JSON);
INSERT INTO t VALUES (1, JSON_OBJECT('k', 1, 'pad', REPEAT('p', 200), 'list', JSON_ARRAY(1, 2.5, 'x', CAST('1.50' AS DECIMAL(5,2)))), 0, NULL),
  (2, JSON_OBJECT('k', 2, 'pad', REPEAT('q', 200), 'list', JSON_ARRAY(1, 2)), 0, JSON_OBJECT('deep', JSON_OBJECT('er', JSON_ARRAY(REPEAT('r', 200), 7))));
UPDATE t SET a = JSON_SET(a, '$.k', 70000);
UPDATE t SET a = JSON_SET(a, '$.list[1]', JSON_OBJECT('in', NULL), '$."new key"', 'é'), b = JSON_REMOVE(b, '$.deep.er[1]');
UPDATE t SET a = JSON_REMOVE(a, '$.list[0]'), n = n + 1;
UPDATE t SET b = JSON_REPLACE(b, '$.deep.er[last]', CAST('2024-02-29' AS DATE)), n = n + 1 WHERE id = 2;
UPDATE t SET a = JSON_SET(a, '$.list[last]', CAST('1.500' AS DECIMAL(5,3))), b = '[]';
UPDATE t SET id = 3, a = JSON_SET(a, '$.k', 3) WHERE id = 1;
SET binlog_row_image = MINIMAL;
UPDATE t SET a = JSON_SET(a, '$.k', 4), b = JSON_SET(b, '$[0]', 5);
UPDATE t SET id = 4, a = JSON_SET(a, '$.k', 'v', '$.list[9]', TRUE) WHERE id = 2;
UPDATE t SET a = NULL, b = 'null';
SET binlog_transaction_compression = ON;
UPDATE t SET a = JSON_OBJECT('pad', REPEAT('p', 200), 'x', 1);
UPDATE t SET a = JSON_REMOVE(a, '$.x'), n = NULL;
SET binlog_row_image = FULL;
UPDATE t SET a = JSON_SET(a, '$.y', 2);
