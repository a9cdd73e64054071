Table	Create Table
orders	CREATE TABLE `orders` (\n  `id` int NOT NULL,\n  PRIMARY KEY (`id`)\n) DEFAULT CHARSET=latin1
