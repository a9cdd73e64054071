-- Host: localhost    Database: shop
CREATE TABLE `orders` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `we``ird` varchar(20) CHARACTER SET latin1 DEFAULT 'a,b) NOT NULL' COMMENT 'it''s',
  `state` enum('new','it''s') COLLATE utf8mb4_bin NOT NULL DEFAULT 'new',
  `sum` int GENERATED ALWAYS AS ((`id` + 1)) STORED,
  `hid` int DEFAULT ((1 + 2)) /*!80023 INVISIBLE */,
  PRIMARY KEY (`id`,`we``ird`(5)) USING BTREE,
  UNIQUE KEY `u` (`state`),
  KEY `k` ((`id` * 2)),
  CONSTRAINT `chk` CHECK ((`id` > 0)) /*!80016 NOT ENFORCED */
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
/*!50100 PARTITION BY HASH (`id`) PARTITIONS 3 */;
