#include <spdlog/spdlog.h>
#include <unistd.h>

#include <memory>
#include <rowferry/change/change_reader.hpp>
#include <rowferry/encode/encoder.hpp>
#include <rowferry/route/table_pattern.hpp>
#include <rowferry/source/event_source.hpp>
#include <unordered_map>

#include "app/commands.hpp"
#include "app/line_writer.hpp"

namespace rowferry {
namespace {

/// Every table, or those that a pattern names.
class PatternSelector final : public TableSelector {
 public:
  static Result<PatternSelector> make(const std::vector<std::string>& patterns) {
    PatternSelector selector;
    for (const std::string& text : patterns) {
      Result<TablePattern> pattern = TablePattern::parse(text, false);
      if (!pattern) return fail(Error::usage(std::move(pattern.error().message)).in("--table"));
      selector.patterns_.push_back(std::move(*pattern));
    }
    return selector;
  }

  [[nodiscard]] bool wanted(std::string_view database, std::string_view table) const override {
    for (const TablePattern& pattern : patterns_) {
      if (pattern.matches(database, table)) return true;
    }
    return patterns_.empty();
  }

 private:
  std::vector<TablePattern> patterns_;
};

/// Encodes changes to lines, with one plan a table shape.
class LineEncoder {
 public:
  explicit LineEncoder(LineWriter& lines) : lines_(lines) {}

  Result<void> write(const Change& change) {
    if (Result<void> encoded = encoder_of(change).encode(change, Destination{}, output_, encoded_); !encoded)
      return encoded;
    for (const std::string& line : warnings_.lines) spdlog::warn("{}", line);
    warnings_.lines.clear();
    for (std::uint32_t i = 0; i < encoded_.count; ++i) {
      if (Result<void> written = lines_.write(encoded_.messages[i].value); !written) return written;
    }
    return {};
  }

 private:
  struct Plan {
    std::shared_ptr<const TableSchema> schema; // keeps the key below from being used for another shape
    std::unique_ptr<Encoder> encoder;
  };

  Encoder& encoder_of(const Change& change) {
    constexpr std::size_t kMaxPlans = 4096;
    const auto found = plans_.find(change.table);
    if (found != plans_.end()) return *found->second.encoder;
    if (plans_.size() == kMaxPlans) plans_.clear();
    Plan plan{*change.schema, make_plain_encoder(*change.schema, false, warnings_)};
    return *plans_.emplace(change.table, std::move(plan)).first->second.encoder;
  }

  LineWriter& lines_;
  OutputUsage usage_;
  Output output_{usage_};
  Encoded encoded_;
  EncodeWarnings warnings_;
  std::unordered_map<const TableSchema*, Plan> plans_;
};

/// All that the event under way gives.
Result<void> drain(ChangeReader& reader, LineEncoder& encoder) {
  while (true) {
    const Result<ChangeReader::Step> step = reader.next();
    if (!step) return fail(step.error());
    switch (*step) {
      case ChangeReader::Step::need_event:
        return {};
      case ChangeReader::Step::commit:
      case ChangeReader::Step::need_shape: // not asked for
        break;
      case ChangeReader::Step::warning:
        spdlog::warn("{}", reader.warning());
        break;
      case ChangeReader::Step::change:
        if (Result<void> written = encoder.write(reader.change()); !written) return written;
        break;
    }
  }
}

Result<void> decode_all(EventSource& events, ChangeReader& reader, LineEncoder& encoder) {
  reader.start({});
  while (true) {
    const Result<Bytes> event = events.next();
    if (!event) return fail(event.error());
    if (event->empty()) break;
    if (Result<void> pushed = reader.push(*event); !pushed) return pushed;
    if (Result<void> drained = drain(reader, encoder); !drained) return drained;
  }
  if (reader.in_transaction()) spdlog::warn("{} ends inside a transaction", reader.stream().file());
  return {};
}

} // namespace

Result<void> decode(const DecodeCommand& command) {
  Result<PatternSelector> selector = PatternSelector::make(command.tables);
  if (!selector) return fail(std::move(selector.error()));
  ChangeReader::Options options;
  options.statements = command.pass_over_statements ? StatementPolicy::warn : StatementPolicy::fail;
  options.unnamed_tables = true;
  ChangeReader reader(*selector, options);
  const std::unique_ptr<EventSource> events = open_binlog_files(command.files);

  LineWriter lines(STDOUT_FILENO);
  LineEncoder encoder(lines);
  Result<void> decoded = decode_all(*events, reader, encoder);
  Result<void> flushed = lines.flush(); // the good lines come first, whatever ended the decoding
  return decoded ? flushed : decoded;
}

} // namespace rowferry
