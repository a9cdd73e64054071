// modules: schema
#include <cstdlib>
#include <rowferry/base/bytes.hpp>
#include <rowferry/schema/ddl.hpp>

// Whatever a statement names is among what it may change.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rowferry::ByteReader in(rowferry::Bytes(data, size));
  const std::uint32_t collation = in.u8();
  const auto effect = rowferry::read_ddl(rowferry::as_text(in.rest()), "shop", collation);
  for (const bool fold : {false, true}) {
    for (const rowferry::TableRef& table : effect.tables) {
      if (effect.scope == rowferry::DdlEffect::Scope::tables && !effect.touches(table.database, table.table, fold))
        std::abort();
    }
  }
  return 0;
}
