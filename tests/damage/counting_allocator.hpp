// operator new of this program, counted.
#pragma once

#include <cstddef>

namespace rowferry::test {

/// Of this thread, since reset_peak(): the most bytes that were alive at a time beyond those alive then.
std::size_t peak_bytes() noexcept;
void reset_peak() noexcept;

} // namespace rowferry::test
