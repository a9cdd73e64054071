// Table definitions from SQL: what mysqldump and SHOW CREATE TABLE print.
#pragma once

#include <rowferry/schema/table_definition.hpp>

namespace rowferry {

/// Every CREATE TABLE of the text (`mysqldump --no-data`, `mariadb-dump`, the output of SHOW CREATE TABLE in any form
/// that the command-line clients give it); other statements are passed over, but for USE, and the head of a dump, which
/// say the database. Errors (status 2) name the line.
Result<std::vector<TableDefinition>> parse_create_tables(std::string_view sql);

} // namespace rowferry
