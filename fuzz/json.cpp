// modules: binlog
#include <cstdint>
#include <cstdlib>
#include <rowferry/base/text.hpp>
#include <rowferry/binlog/values.hpp>

/// What is printed is UTF-8, linear in the document, and "null" exactly for what is_json_null says.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rowferry;
  OutputUsage usage;
  Output out(usage, 4096);
  const Bytes document(data, size);
  const bool valid = binlog::append_json_text(out, document);
  const std::string_view text = out.record();
  if (text.size() > 16 * (size + 1)) std::abort();
  if (valid && !is_utf8(text)) std::abort();
  if (binlog::is_json_null(document) != (valid && text == "null")) std::abort();
  return 0;
}
