#include "base/json_blocks.hpp"

#ifdef __SSE2__

namespace rowferry {
namespace {

constexpr JsonConstants filled() {
  JsonConstants made{};
  for (std::size_t i = 0; i < 32; ++i) {
    made.flip[i] = 0xfd;
    made.below[i] = 0xde;
    made.unsigned_[i] = 0xdf;
    made.backslash[i] = '\\';
  }
  return made;
}

} // namespace

constinit const JsonConstants kJsonConstants = filled();

} // namespace rowferry

#endif
