#include "storm.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "mutate.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" [[gnu::weak]] std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                                             unsigned seed);
extern "C" [[gnu::weak]] void __sanitizer_set_death_callback(void (*callback)());

namespace rowferry::fuzz {
namespace {

constexpr std::size_t kMaxSize = 64 * 1024;
constexpr unsigned kSteps = 8; // from an input to its farthest mutant

Random* mutations = nullptr; // of LLVMFuzzerMutate
const std::uint8_t* current = nullptr;
std::size_t current_size = 0;

/// Room for one input that ends where the next page forbids everything.
class Guarded {
 public:
  Guarded() {
    page_ = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    void* const memory = ::mmap(nullptr, kMaxSize + page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || ::mprotect(static_cast<std::uint8_t*>(memory) + kMaxSize, page_, PROT_NONE) != 0) {
      std::abort();
    }
    end_ = static_cast<std::uint8_t*>(memory) + kMaxSize;
  }
  ~Guarded() { ::munmap(end_ - kMaxSize, kMaxSize + page_); }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  void run(const Buffer& input, std::size_t size) {
    std::uint8_t* const begin = end_ - size;
    if (size != 0) std::memcpy(begin, input.data(), size);
    current = begin;
    current_size = size;
    LLVMFuzzerTestOneInput(begin, size);
  }

 private:
  std::uint8_t* end_;
  std::size_t page_;
};

void keep_current() {
  const int file = ::open("storm-crash", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0 || current == nullptr) return;
  [[maybe_unused]] const ssize_t written = ::write(file, current, current_size);
  ::close(file);
}

void end_by(int number) {
  keep_current();
  std::signal(number, SIG_DFL);
  ::raise(number);
}

void watch() {
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(keep_current);
  for (const int number : {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGALRM}) std::signal(number, end_by);
}

} // namespace

std::uint64_t storm(const std::vector<Buffer>& inputs, unsigned seconds, std::uint64_t seed) {
  constexpr std::uint64_t kBetweenLooks = 4096;
  constexpr unsigned kTooLong = 60;
  Random random(seed);
  mutations = &random;
  watch();
  Guarded guarded;
  Buffer work(kMaxSize);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  std::uint64_t count = 0;
  for (std::size_t size = 0;; ++count) {
    if (count % kBetweenLooks == 0) {
      ::alarm(kTooLong);
      if (std::chrono::steady_clock::now() >= end) break;
    }
    if (count % kSteps == 0) {
      const Buffer& input = inputs[random.below(inputs.size())];
      size = std::min(input.size(), kMaxSize);
      std::copy_n(input.begin(), size, work.begin());
    }
    const auto one = static_cast<unsigned>(random.next());
    size = LLVMFuzzerCustomMutator != nullptr ? LLVMFuzzerCustomMutator(work.data(), size, kMaxSize, one)
                                              : LLVMFuzzerMutate(work.data(), size, kMaxSize);
    guarded.run(work, size);
  }
  ::alarm(0);
  return count;
}

} // namespace rowferry::fuzz

/// As libFuzzer's, in small: bits, bytes, numbers at their edges, pieces doubled, moved, cut out and put in.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size) {
  using namespace rowferry::fuzz;
  if (mutations == nullptr || max_size == 0) return size;
  Random& random = *mutations;
  static constexpr std::uint64_t kEdges[] = {
      0,      1,      0x7f,    0x80,       0xff,     0xfb,       0xfc,        0xfd,       0xfe,       0x7fff,
      0x8000, 0xffff, 0x10000, 0x7fffffff, 1u << 31, 0xffffffff, 0x100000000, ~0ull >> 1, 1ull << 63, ~0ull};
  const std::size_t at = size == 0 ? 0 : random.below(size);
  switch (size == 0 ? 4 : random.below(8)) {
    case 0:
      data[at] ^= static_cast<std::uint8_t>(1u << random.below(8));
      return size;
    case 1:
      data[at] = random.byte();
      return size;
    case 2: { // a number
      const std::uint64_t edge = kEdges[random.below(std::size(kEdges))];
      const std::size_t width = std::min<std::size_t>(std::size_t{1} << random.below(4), size - at);
      std::memcpy(data + at, &edge, width);
      return size;
    }
    case 3:
      data[at] = static_cast<std::uint8_t>(data[at] + random.below(9) - 4);
      return size;
    case 4: { // put in
      const std::size_t room = std::min<std::size_t>(max_size - size, 1 + random.below(8));
      std::memmove(data + at + room, data + at, size - at);
      for (std::size_t i = 0; i < room; ++i) data[at + i] = random.byte();
      return size + room;
    }
    case 5: { // cut out
      const std::size_t gone = std::min<std::size_t>(size - at, 1 + random.below(16));
      std::memmove(data + at, data + at + gone, size - at - gone);
      return size - gone;
    }
    case 6: { // doubled
      const std::size_t length = std::min({size - at, max_size - size, std::size_t{1} + random.below(32)});
      std::memmove(data + at + length, data + at, size - at);
      return size + length;
    }
    default: { // copied over another place
      const std::size_t to = random.below(size);
      std::memmove(data + to, data + at, std::min({size - at, size - to, std::size_t{1} + random.below(32)}));
      return size;
    }
  }
}
