#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rowferry/schema/create_table.hpp>

namespace rowferry {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

std::vector<TableDefinition> parse(std::string_view sql) {
  auto tables = parse_create_tables(sql);
  EXPECT_TRUE(tables) << tables.error().message;
  return tables.value_or(std::vector<TableDefinition>{});
}

/// The whole as one line: "shop.orders(id bigint not null, …) key(id)".
std::string text_of(const TableDefinition& table) {
  std::string text = table.database + "." + table.table + "(" + describe_columns(table) + ")";
  for (const std::string& key : table.key) text += " key " + key;
  return text;
}

constexpr std::string_view kMysql = R"(-- MySQL dump 10.13  Distrib 9.7.4, for Linux (x86_64)
--
-- Host: localhost    Database: shop
-- ------------------------------------------------------
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;

DROP TABLE IF EXISTS `orders`;
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE `orders` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `we``ird, (name` varchar(20) CHARACTER SET latin1 COLLATE latin1_bin DEFAULT 'a,b) NOT NULL' COMMENT 'it''s; PRIMARY KEY (x)',
  `total` decimal(10,2) NOT NULL DEFAULT '0.00',
  `state` enum('new','it''s','a,b','c\\d') COLLATE utf8mb4_bin NOT NULL DEFAULT 'new',
  `flags` set('a','b') DEFAULT NULL,
  `at` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  `sum` int GENERATED ALWAYS AS ((`id` + _utf8mb4',')) STORED,
  `hid` int DEFAULT ((1 + 2)) /*!80023 INVISIBLE */,
  `pos` point NOT NULL /*!80003 SRID 4326 */,
  `doc` json DEFAULT NULL,
  `raw` blob,
  PRIMARY KEY (`id`,`we``ird, (name`(5)) USING BTREE,
  UNIQUE KEY `u` (`total`),
  KEY `k` ((`id` * 2)),
  FULLTEXT KEY `f` (`we``ird, (name`) /*!50100 WITH PARSER `ngram` */ ,
  CONSTRAINT `fk` FOREIGN KEY (`total`) REFERENCES `x` (`y`) ON DELETE CASCADE,
  CONSTRAINT `chk` CHECK ((`id` > 0)) /*!80016 NOT ENFORCED */
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci COMMENT='CHARSET=latin1;'
/*!50100 PARTITION BY HASH (`id`)
PARTITIONS 3 */;
)";

TEST(CreateTable, ReadsADumpOfMysql) {
  const auto tables = parse(kMysql);
  ASSERT_THAT(tables, SizeIs(1));
  EXPECT_EQ(text_of(tables[0]),
            "shop.orders(id bigint unsigned not null, we`ird, (name varchar(20) latin1 not null, total decimal(10,2) "
            "not null, "
            "state enum('new','it''s','a,b','c\\\\d') utf8mb4 not null, flags set('a','b') utf8mb4, at timestamp(6) "
            "not null, sum int, "
            "hid int, pos point not null, doc json, raw blob) key id key we`ird, (name");
  EXPECT_FALSE(tables[0].columns[7].visible);
}

TEST(CreateTable, ReadsWhatMariadbPrints) {
  const auto tables = parse(
      "USE `first`;\nCREATE TABLE `a` (\n  `id` int(11) NOT NULL,\n  `u` uuid NOT NULL,\n  `i` inet6 DEFAULT NULL,\n"
      "  `t` varchar(100) /*M!100301 COMPRESSED*/ DEFAULT NULL,\n"
      "  `j` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`j`)),\n"
      "  `v` int(10) unsigned zerofill INVISIBLE DEFAULT NULL,\n  `r` timestamp(6) GENERATED ALWAYS AS ROW START,\n"
      "  UNIQUE KEY `n` (`i`),\n  UNIQUE KEY `p` (`t`(5)),\n  UNIQUE KEY `k` (`u`,`id`) USING HASH,\n"
      "  PERIOD FOR SYSTEM_TIME (`r`, `r`)\n"
      ") ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci WITH SYSTEM VERSIONING;\n"
      "CREATE TABLE other.`b` (`c` char(3)) CHARSET utf8;CREATE OR REPLACE TABLE `c` (`x` text COLLATE "
      "utf8mb4_uca1400_ai_ci);");
  ASSERT_THAT(tables, SizeIs(3));
  EXPECT_EQ(text_of(tables[0]),
            "first.a(id int(11) not null, u uuid not null, i inet6, t varchar(100) latin1, j longtext utf8mb4, "
            "v int(10) unsigned zerofill, r timestamp(6)) key u key id");
  EXPECT_FALSE(tables[0].columns[5].visible);
  EXPECT_EQ(text_of(tables[1]), "other.b(c char(3) utf8mb3)");
  EXPECT_EQ(text_of(tables[2]), "first.c(x text utf8mb4)");
}

TEST(CreateTable, ReadsTheClientsWaysToShowOne) {
  constexpr std::string_view kWanted = ".orders(id int not null, n varchar(3) latin1) key id";
  const std::string_view texts[] = {
      "CREATE TABLE `orders` (\n  `id` int NOT NULL,\n  `n` varchar(3) DEFAULT NULL,\n  PRIMARY KEY (`id`)\n) DEFAULT "
      "CHARSET=latin1",
      "*************************** 1. row ***************************\n       Table: orders\nCreate Table: CREATE "
      "TABLE `orders` (\n"
      "  `id` int NOT NULL,\n  `n` varchar(3) DEFAULT NULL,\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB DEFAULT "
      "CHARSET=latin1\n",
      "Table\tCreate Table\norders\tCREATE TABLE `orders` (\\n  `id` int NOT NULL,\\n  `n` varchar(3) DEFAULT NULL,\\n"
      "  PRIMARY KEY (`id`)\\n) ENGINE=InnoDB DEFAULT CHARSET=latin1\n",
      "create table orders (id int primary key, n varchar(3)) collate latin1_bin",
  };
  for (const std::string_view text : texts) {
    const auto tables = parse(text);
    ASSERT_THAT(tables, SizeIs(1)) << text;
    EXPECT_EQ(text_of(tables[0]), kWanted);
  }
}

TEST(CreateTable, TakesTheCharacterSetFromTheCollation) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"char(3) CHARACTER SET latin2 COLLATE latin2_czech_cs", "latin2_czech_cs"},
      {"char(3) COLLATE latin2_general_ci", "latin2"},
      {"char(3) CHARACTER SET utf8 COLLATE utf8_bin", "utf8mb3"},
      {"char(3) CHARACTER SET utf8mb4 COLLATE uca1400_ai_ci", "utf8mb4"},
      {"char(3) COLLATE uca1400_ai_ci", "ucs2"},
      {"char(3)", "ucs2"},
  };
  for (const auto& [type, charset] : cases) {
    const auto tables =
        parse(std::string("CREATE TABLE a (x ") + std::string(type) + ") CHARSET=ucs2 COLLATE=ucs2_bin");
    ASSERT_THAT(tables, SizeIs(1)) << type;
    EXPECT_EQ(tables[0].columns[0].charset, charset) << type;
  }
}

TEST(CreateTable, PassesOverWhatDefinesNoTable) {
  EXPECT_THAT(parse("CREATE TABLE a LIKE b; CREATE TABLE c SELECT 1; CREATE VIEW v AS SELECT 1; CREATE DATABASE x;"),
              SizeIs(0));
  EXPECT_THAT(parse(""), SizeIs(0));
}

TEST(CreateTable, TellsWhereItCannotGoOn) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"\n\nCREATE TABLE `a` (\n  `x` frobnicator(3) NOT NULL\n)",
       "line 4: the definition of table \"a\", which begins in line 3, cannot be read: column \"x\" has the type "
       "\"frobnicator(3)\", which"},
      {"CREATE TABLE a (id int", "line 1: the definition of table \"a\", which begins in line 1, cannot be read"},
      {"CREATE TABLE a (id int, ", "line 1: "},
      {"CREATE TABLE a (x text)", "column \"x\" has no character set, and the table has none"},
      {"CREATE TABLE a (x int, PRIMARY KEY (y))", "a key names \"y\""},
      {"CREATE TABLE a (x enum(1))", "has the type \"enum(1)\""},
  };
  for (const auto& [text, message] : cases) {
    const auto tables = parse_create_tables(text);
    ASSERT_FALSE(tables) << text;
    EXPECT_EQ(tables.error().status, ExitStatus::usage);
    EXPECT_THAT(tables.error().message, HasSubstr(message));
  }
}

TEST(CreateTable, EveryPrefixOfADumpIsReadOrRefused) {
  for (std::size_t size = 0; size < kMysql.size(); ++size) {
    const std::vector<char> exact(kMysql.begin(), kMysql.begin() + static_cast<std::ptrdiff_t>(size));
    const auto tables = parse_create_tables({exact.data(), exact.size()});
    EXPECT_TRUE(!tables || tables->size() <= 1U) << size;
  }
}

} // namespace
} // namespace rowferry
