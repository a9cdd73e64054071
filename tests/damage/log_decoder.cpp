#include "damage/log_decoder.hpp"

#include <gtest/gtest.h>

#include <rowferry/change/change_reader.hpp>
#include <rowferry/encode/encoder.hpp>
#include <unordered_map>

#include "damage/counting_allocator.hpp"

namespace rowferry::test {
namespace {

constexpr std::size_t kMagicSize = 4;

class EveryTable final : public TableSelector {
 public:
  [[nodiscard]] bool wanted(std::string_view /*database*/, std::string_view /*table*/) const override { return true; }
};

class Decoder {
 public:
  explicit Decoder(bool verify) : reader_(selector_, options(verify)) {}

  /// Calls take(line) for each line.
  template <class Take>
  Result<void> run(Bytes log, Take take) {
    reader_.start({"log", kMagicSize});
    Bytes rest = log.subspan(std::min(kMagicSize, log.size()));
    while (!rest.empty()) {
      const auto header = binlog::decode_event_header(rest);
      if (!header) return rowferry::fail(header.error());
      if (header->size > rest.size()) return rowferry::fail(Error::data("the file is cut short"));
      const std::vector<std::uint8_t> exact(rest.begin(), rest.begin() + header->size);
      rest = rest.subspan(header->size);
      if (auto pushed = reader_.push(exact); !pushed) return pushed;
      if (auto drained = drain(take); !drained) return drained;
    }
    return {};
  }
  [[nodiscard]] std::size_t steps() const { return steps_; }

 private:
  struct Plan {
    std::shared_ptr<const TableSchema> schema;
    std::unique_ptr<Encoder> encoder;
  };

  static ChangeReader::Options options(bool verify) {
    ChangeReader::Options options;
    options.statements = StatementPolicy::warn;
    options.verify_checksum = verify;
    options.unnamed_tables = true;
    return options;
  }

  template <class Take>
  Result<void> drain(Take take) {
    for (;;) {
      const auto step = reader_.next();
      ++steps_;
      if (!step) return rowferry::fail(step.error());
      if (*step == ChangeReader::Step::need_event) return {};
      if (*step != ChangeReader::Step::change) continue;
      if (auto encoded = encoder_of(reader_.change()).encode(reader_.change(), Destination{}, output_, encoded_);
          !encoded) {
        return encoded;
      }
      warnings_.lines.clear();
      for (std::uint32_t i = 0; i < encoded_.count; ++i) take(encoded_.messages[i].value);
    }
  }

  Encoder& encoder_of(const Change& change) {
    Plan& plan = plans_[change.table];
    if (!plan.encoder) plan = {*change.schema, make_plain_encoder(*change.schema, false, warnings_)};
    return *plan.encoder;
  }

  EveryTable selector_;
  ChangeReader reader_;
  OutputUsage usage_;
  Output output_{usage_, 4096};
  Encoded encoded_;
  EncodeWarnings warnings_;
  std::unordered_map<const TableSchema*, Plan> plans_;
  std::size_t steps_ = 0;
};

} // namespace

std::string lines_of(Bytes log) {
  std::string lines;
  Decoder decoder(true);
  (void)decoder.run(log, [&](std::string_view line) { lines.append(line).push_back('\n'); });
  return lines;
}

Decoded decode(Bytes log, bool verify, std::string_view expected) {
  reset_peak();
  Decoded result;
  Decoder decoder(verify);
  const auto decoded = decoder.run(log, [&](std::string_view line) {
    ++result.lines;
    result.is_prefix = result.is_prefix && expected.starts_with(line) && expected.size() > line.size();
    if (result.is_prefix) expected.remove_prefix(line.size() + 1);
  });
  result.failed = !decoded;
  if (!decoded) {
    EXPECT_EQ(decoded.error().status, ExitStatus::data) << decoded.error().message;
    EXPECT_FALSE(decoded.error().message.empty());
  }
  result.steps = decoder.steps();
  result.peak_bytes = peak_bytes();
  return result;
}

} // namespace rowferry::test
