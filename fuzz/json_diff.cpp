// modules: binlog
#include <rowferry/binlog/json_diff.hpp>
#include <rowferry/binlog/values.hpp>

#include <cstdlib>

using namespace rowferry;
using namespace rowferry::binlog;

/// Two bytes of the length of a document, the document, and differences.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader in(Bytes(data, size));
  const Bytes base = in.bytes(in.u16());
  const Bytes diffs = in.rest();
  static JsonPatcher patcher;
  std::vector<std::uint8_t> document;
  OutputUsage usage;
  Output out(usage, 1024);
  if (patcher.apply(base, diffs, document)) {
    if (document.size() > 8 * size + 64) std::abort(); // entries of the large format are at most that much larger
    append_json_text(out, document);
  }
  out.discard();
  append_json_diffs(out, diffs);
  return 0;
}
