// modules: gtid
#include <cstdlib>
#include <rowferry/gtid/mysql_gtid_set.hpp>

// What is read, as text or as bytes, is written and read again as the same set.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using GtidSet = rowferry::MysqlGtidSet;
  const rowferry::Bytes bytes(data, size);
  for (const auto& set : {GtidSet::parse(rowferry::as_text(bytes)), GtidSet::decode(bytes)}) {
    if (!set) continue;
    if (GtidSet::parse(set->text()) != *set || GtidSet::decode(set->encode()) != *set) std::abort();
    GtidSet rest = *set;
    rest.subtract(*set);
    if (!rest.empty() || !set->contains(*set)) std::abort();
  }
  return 0;
}
