# Every third-party library, found once. `scripts/setup` installs the Debian packages that hold them.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(tl-expected REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
pkg_check_modules(deflate REQUIRED IMPORTED_TARGET libdeflate)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(rdkafka REQUIRED IMPORTED_TARGET rdkafka)

# Where it is installed, for the program alone: messages are allocated by one thread and freed by another, which costs
# glibc's malloc dearly (docs/adr/0011-allocator.md).
pkg_check_modules(jemalloc QUIET IMPORTED_TARGET jemalloc)

# libmysqlclient where it is installed, else MariaDB Connector/C (DESIGN section 3).
add_library(rowferry_mysql_client INTERFACE)
pkg_check_modules(mysqlclient QUIET IMPORTED_TARGET mysqlclient)
pkg_check_modules(mariadb QUIET IMPORTED_TARGET libmariadb)
if(TARGET PkgConfig::mysqlclient AND NOT mysqlclient_LIBRARIES MATCHES "mariadb")
  target_link_libraries(rowferry_mysql_client INTERFACE PkgConfig::mysqlclient)
  message(STATUS "MySQL client: libmysqlclient ${mysqlclient_VERSION}")
elseif(TARGET PkgConfig::mariadb)
  target_link_libraries(rowferry_mysql_client INTERFACE PkgConfig::mariadb)
  message(STATUS "MySQL client: MariaDB Connector/C ${mariadb_VERSION}")
else()
  message(FATAL_ERROR "No MySQL client library: install libmysqlclient-dev or libmariadb-dev (scripts/setup does)")
endif()
