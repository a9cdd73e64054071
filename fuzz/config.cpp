// modules: config
// Any text is a configuration or has problems; a problem names its place, and reading is repeatable.
#include <cstdint>
#include <cstdlib>
#include <rowferry/config/config.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const rowferry::ConfigResult once = rowferry::load_config("fuzz.yaml", text, {}, {});
  for (const rowferry::ConfigProblem& problem : once.problems) {
    if (problem.path.empty() && problem.line == 0) std::abort();
    if (problem.text.empty() || problem.line < 0) std::abort();
  }
  if (rowferry::load_config("fuzz.yaml", text, {}, {}).problems != once.problems) std::abort();
  return 0;
}
