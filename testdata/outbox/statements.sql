-- A shop's orders with their outbox, updated and emptied by a relay of before; one payload of NULL.
SET timestamp = 1709210096.789;
CREATE TABLE orders (id INT PRIMARY KEY, customer VARCHAR(20), total DECIMAL(8,2));
CREATE TABLE outbox (
  message_id BINARY(16) PRIMARY KEY, message_type VARCHAR(50) NOT NULL, aggregate_id VARCHAR(50), payload JSON,
  fail_count INT NOT NULL DEFAULT 0, occurred_at DATETIME(6) NOT NULL, processed_at DATETIME(6), failed_at DATETIME(6));
BEGIN;
INSERT INTO orders VALUES (1, 'Ünal', 12.50);
INSERT INTO outbox (message_id, message_type, aggregate_id, payload, occurred_at) VALUES
  (x'000102030405060708090a0b0c0d0e0f', 'OrderPlaced', 'order-1', '{"total": 12.50, "id": 1}', '2024-02-29 12:34:56.789');
COMMIT;
UPDATE outbox SET processed_at = '2024-02-29 12:35:00';
INSERT INTO outbox (message_id, message_type, aggregate_id, payload, occurred_at) VALUES
  (x'ff0102030405060708090a0b0c0d0e00', 'OrderForgotten', 'order-1', NULL, '2024-02-29 12:36:00');
DELETE FROM outbox;
