// modules: checkpoint
#include <cstdio>
#include <cstdlib>
#include <rowferry/base/bytes.hpp>
#include <rowferry/checkpoint/checkpoint.hpp>

namespace {

/// The text with a last line whose checksum fits, which no fuzzer guesses.
std::string sealed(std::string_view text) {
  std::uint32_t crc = 0xffffffff;
  for (const char c : text) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1) * 0xedb88320;
  }
  char line[16];
  std::snprintf(line, sizeof line, "crc32 %08x\n", ~crc);
  return std::string(text) + line;
}

} // namespace

// What is read is written and read again as the same checkpoint.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = rowferry::as_text({data, size});
  for (const auto& checkpoint : {rowferry::parse_checkpoint(text), rowferry::parse_checkpoint(sealed(text))}) {
    if (checkpoint && rowferry::parse_checkpoint(rowferry::format_checkpoint(*checkpoint)) != *checkpoint) std::abort();
  }
  return 0;
}
