// modules: encode
#include <cstdlib>
#include <rowferry/base/text.hpp>
#include <rowferry/change/change_reader.hpp>
#include <rowferry/encode/encoder.hpp>

#include "log_mutator.hpp"

using namespace rowferry;

namespace {

void require(bool invariant) {
  if (!invariant) std::abort();
}

class EveryTable final : public TableSelector {
 public:
  [[nodiscard]] bool wanted(std::string_view /*database*/, std::string_view /*table*/) const override { return true; }
};

/// A line is UTF-8, or the change is refused. False: refused.
bool encode(const Change& change) {
  EncodeWarnings warnings;
  const auto encoder = make_plain_encoder(*change.schema, true, warnings);
  OutputUsage usage;
  Output out(usage, 4096);
  Encoded encoded;
  if (!encoder->encode(change, Destination{}, out, encoded)) return false;
  require(encoded.count >= 1 && encoded.count <= encoded.messages.size());
  for (std::uint32_t i = 0; i < encoded.count; ++i) require(is_utf8(encoded.messages[i].value));
  return true;
}

/// All that the event under way gives. False: an error.
bool drain(ChangeReader& reader) {
  for (;;) {
    const auto step = reader.next();
    if (!step) {
      require(!step.error().message.empty() && step.error().status == ExitStatus::data);
      return false;
    }
    if (*step == ChangeReader::Step::need_event) return true;
    if (*step == ChangeReader::Step::change && !encode(reader.change())) return false;
  }
}

} // namespace

/// The input is a binlog file: from its events to the lines of `rowferry decode`.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const EveryTable selector;
  ChangeReader::Options options;
  options.statements = StatementPolicy::warn;
  options.unnamed_tables = true;
  ChangeReader reader(selector, options);
  reader.start({"fuzz.000001", 4});
  Bytes rest = fuzz::without_magic({data, size});
  while (const auto header = binlog::decode_event_header(rest)) {
    const Bytes event = rest.first(std::min<std::size_t>(header->size, rest.size()));
    rest = rest.subspan(event.size());
    if (!reader.push(event) || !drain(reader)) return 0;
  }
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  return fuzz::mutate_log(data, size, max_size, seed);
}
