-- binlog_row_value_options=PARTIAL_JSON: replace, insert, remove, arrays, several columns, a whole document, minimal images, compression.
SET timestamp = 1709210096.789, binlog_row_value_options = PARTIAL_JSON;
CREATE TABLE t (id INT PRIMARY KEY, doc JSON, n INT, other JSON);
INSERT INTO t VALUES
  (1, '{"a": 1, "b": {"c": [1, 2, 3]}, "long": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}', 1, '[1]'),
  (2, '[1, {"x": "y"}, 3.50]', 2, '{"k": null}'), (3, NULL, 3, NULL);
UPDATE t SET doc = JSON_SET(doc, '$.a', 2) WHERE id = 1;
UPDATE t SET doc = JSON_REPLACE(doc, '$.b.c[1]', 'é"') WHERE id = 1;
UPDATE t SET doc = JSON_REMOVE(doc, '$.b.c[0]', '$.a') WHERE id = 1;
UPDATE t SET doc = JSON_SET(doc, '$."new key"', CAST(1.50 AS DECIMAL(5,2)), '$.b.d', TRUE), other = JSON_SET(other, '$[0]', 18446744073709551615) WHERE id = 1;
UPDATE t SET doc = JSON_ARRAY_INSERT(doc, '$[0]', 'first') WHERE id = 2;
UPDATE t SET doc = JSON_SET(doc, '$[1]', JSON_OBJECT('z', 1)), n = 20 WHERE id = 2;
UPDATE t SET doc = '{"whole": true}', other = JSON_SET(other, '$.k', 'x') WHERE id = 2;
UPDATE t SET n = n + 1;
UPDATE t SET doc = NULL WHERE id = 2;
SET binlog_row_image = MINIMAL;
UPDATE t SET doc = JSON_SET(doc, '$.long', 'short') WHERE id = 1;
SET binlog_row_image = NOBLOB;
UPDATE t SET doc = JSON_REMOVE(doc, '$.long') WHERE id = 1;
SET binlog_row_image = FULL, binlog_transaction_compression = ON;
UPDATE t SET doc = JSON_SET(doc, '$.b', 1) WHERE id = 1;
