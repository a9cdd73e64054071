// What the structure-aware mutators share. libFuzzer calls LLVMFuzzerCustomMutator; the replay main never does.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

/// libFuzzer's own mutation of the bytes at `data`, in place; returns the new size, at most `max_size`.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace rowferry::fuzz {

using Buffer = std::vector<std::uint8_t>;

/// splitmix64 of libFuzzer's seed: the same mutation for the same seed.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// 0 to n - 1; n is not 0.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  std::uint8_t byte() { return static_cast<std::uint8_t>(next()); }

 private:
  std::uint64_t state_;
};

/// libFuzzer's mutation of the bytes from `begin` on, which may grow by some bytes.
inline void mutate_tail(Buffer& buffer, std::size_t begin) {
  constexpr std::size_t kGrowth = 32;
  const std::size_t size = buffer.size() - begin;
  buffer.resize(buffer.size() + kGrowth);
  buffer.resize(begin + LLVMFuzzerMutate(buffer.data() + begin, size, size + kGrowth));
}

inline void put_le(Buffer& to, std::uint64_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i) to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}
inline void put_lenenc(Buffer& to, std::uint64_t value) {
  if (value < 251) return put_le(to, value, 1);
  to.push_back(value <= 0xffff ? 0xfc : 0xfe);
  put_le(to, value, value <= 0xffff ? 2 : 8);
}
inline void put_bytes(Buffer& to, const Buffer& bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

/// The mutated input over the old one; cut when it is too large.
inline std::size_t store(const Buffer& mutated, std::uint8_t* data, std::size_t max_size) {
  const std::size_t size = std::min(mutated.size(), max_size);
  if (size > 0) std::memcpy(data, mutated.data(), size);
  return size;
}

} // namespace rowferry::fuzz
