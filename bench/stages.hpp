// The stages between the bytes of events and the bytes of messages, over a log in memory.
#pragma once

#include <rowferry/change/change_reader.hpp>
#include <rowferry/encode/encoder.hpp>
#include <rowferry/route/router.hpp>
#include <stdexcept>

#include "binlog/builders.hpp"

namespace rowferry::bench {

[[noreturn]] inline void die(const Error& error) { throw std::runtime_error(error.message); }

inline RoutingRules all_tables() {
  TableRule rule;
  rule.option = "tables[0]";
  rule.include = {"shop.*"};
  rule.topic = "cdc.${database}.${table}";
  RoutingRules rules;
  rules.tables.push_back(std::move(rule));
  return rules;
}

/// Reads a log over and over, as a stream of later and later positions cannot be had from memory: each pass starts
/// anew.
class Stages {
 public:
  explicit Stages(const test::LogBuilder& log, RoutingRules rules = all_tables())
      : log_(log), router_(std::move(rules), topics_), reader_(router_, {}) {}

  template <class OnChange>
  void pass(OnChange on_change) {
    reader_.start({"binlog.000001", 4});
    for (const auto& event : log_.events()) {
      if (auto pushed = reader_.push(event); !pushed) die(pushed.error());
      for (;;) {
        const auto step = reader_.next();
        if (!step) die(step.error());
        if (*step == ChangeReader::Step::need_event) break;
        if (*step == ChangeReader::Step::change) on_change(reader_.change());
      }
    }
  }

  void encode(const Change& change) {
    auto route = router_.resolve(*change.schema);
    if (!route) die(route.error());
    if (auto routed = (*route)->route(change, destination_); !routed) die(routed.error());
    Encoder& encoder = encoder_of(**route, warnings_);
    if (auto done = encoder.encode(change, destination_, output_, encoded_); !done) die(done.error());
    bytes_ += encoded_.messages[0].value.size();
  }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  const test::LogBuilder& log_;
  Topics topics_;
  EncodeWarnings warnings_;
  Router router_;
  ChangeReader reader_;
  OutputUsage usage_;
  Output output_{usage_};
  Destination destination_;
  Encoded encoded_;
  std::uint64_t bytes_ = 0;
};

} // namespace rowferry::bench
