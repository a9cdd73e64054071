-- A business table and its outbox, committed together.
CREATE TABLE orders (
  id       BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer VARCHAR(100)    NOT NULL,
  total    DECIMAL(10,2)   NOT NULL,
  placed   TIMESTAMP(3)    NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
);
CREATE TABLE outbox (
  id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  message_id   BINARY(16)   NOT NULL UNIQUE,
  message_type VARCHAR(100) NOT NULL,
  aggregate_id VARCHAR(100) NOT NULL,
  payload      JSON         NULL,
  occurred_at  DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
);
