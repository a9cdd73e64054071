-- server: mariadb
-- mysql56_temporal_format=OFF: the temporal types as before MariaDB 10.1.2, with their fractions.
SET timestamp = 1709210096.789, time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES';
SET GLOBAL mysql56_temporal_format = OFF;
CREATE TABLE old_times (id INT PRIMARY KEY, a TIME, b TIME(2), c TIME(6), d DATETIME, e DATETIME(3), f DATETIME(6), g TIMESTAMP NULL, h TIMESTAMP(4) NULL);
INSERT INTO old_times VALUES (1, '-838:59:59', '-00:00:00.01', '838:59:59.999999', '2024-02-29 12:34:56', '2024-02-29 12:34:56.789', '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07', '2024-02-29 12:34:56.1234'),
  (2, '00:00:00', '12:34:56.78', '-00:00:00.000001', '0000-00-00', '0000-00-00', '1000-01-01', '0000-00-00', NULL);
SET GLOBAL mysql56_temporal_format = ON;
