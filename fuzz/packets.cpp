// modules: source
#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "source/packet_reader.hpp"

using namespace rowferry;

namespace {

void require(bool invariant) {
  if (!invariant) std::abort();
}

/// The input as a server that sends at most `piece` bytes at a time.
class InputWire final : public Wire {
 public:
  InputWire(Bytes bytes, std::size_t piece) : bytes_(bytes), piece_(piece) {}
  Result<std::size_t> read(std::uint8_t* to, std::size_t room) override {
    require(room > 0);
    const std::size_t now = std::min({piece_, room, bytes_.size()});
    if (now == 0) return fail(Error::source_retriable("end"));
    std::memcpy(to, bytes_.data(), now);
    bytes_ = bytes_.subspan(now);
    return now;
  }
  [[nodiscard]] bool is_ready() noexcept override { return true; }

 private:
  Bytes bytes_;
  std::size_t piece_;
};

} // namespace

/// A byte that says how the rest arrives, and packets.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  PacketReader reader(std::make_unique<InputWire>(Bytes(data + 1, size - 1), data[0] == 0 ? size : data[0]));
  std::uint64_t taken = 0;
  for (;;) {
    const auto packet = reader.next();
    if (!packet) {
      require(!packet.error().message.empty());
      return 0;
    }
    taken += packet->rest.size() + 1;
    require(taken <= size && packet->rest.rest == nullptr);
  }
}
