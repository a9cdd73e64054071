#include <rowferry/gtid/gtid_set.hpp>

namespace rowferry {

Result<GtidSet> GtidSet::parse(std::string_view text) {
  constexpr std::string_view kMariadb = "0123456789-, \t\n\v\f\r";
  if (text.find_first_not_of(kMariadb) == std::string_view::npos && text.find('-') != std::string_view::npos) {
    auto set = MariadbGtidSet::parse(text);
    if (!set) return fail(std::move(set.error()));
    return GtidSet(std::move(*set));
  }
  auto set = MysqlGtidSet::parse(text);
  if (!set) return fail(std::move(set.error()));
  return GtidSet(std::move(*set));
}

std::string GtidSet::text() const {
  if (mariadb_.empty()) return mysql_.text();
  return mysql_.empty() ? mariadb_.text() : mysql_.text() + ',' + mariadb_.text();
}

void GtidSet::add(const Gtid& gtid) {
  if (const MysqlGtid* mysql = gtid.mysql()) {
    mysql_.add(*mysql);
  } else {
    mariadb_.add(*gtid.mariadb());
  }
}

void GtidSet::add(const Gtid& gtid, GnoInterval numbers) {
  if (const MysqlGtid* mysql = gtid.mysql()) {
    mysql_.add(mysql->uuid, mysql->tag, numbers);
  } else if (numbers.begin < numbers.end) {
    mariadb_.add(*gtid.numbered(numbers.end - 1).mariadb());
  }
}

void GtidSet::add(const GtidSet& other) {
  mysql_.add(other.mysql_);
  mariadb_.add(other.mariadb_);
}

void GtidSet::subtract(const GtidSet& other) {
  mysql_.subtract(other.mysql_);
  mariadb_.subtract(other.mariadb_);
}

GtidSet GtidSet::intersection(const GtidSet& other) const {
  GtidSet result;
  result.mysql_ = mysql_.intersection(other.mysql_);
  result.mariadb_ = mariadb_.intersection(other.mariadb_);
  return result;
}

bool GtidSet::contains(const Gtid& gtid) const {
  return gtid.mysql() != nullptr ? mysql_.contains(*gtid.mysql()) : mariadb_.contains(*gtid.mariadb());
}

bool GtidSet::contains(const GtidSet& other) const {
  return mysql_.contains(other.mysql_) && mariadb_.contains(other.mariadb_);
}

GtidSet difference(GtidSet from, const GtidSet& what) {
  from.subtract(what);
  return from;
}

} // namespace rowferry
