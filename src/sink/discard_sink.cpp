#include <rowferry/sink/sinks.hpp>

#include "sink/prompt_reports.hpp"

namespace rowferry {

namespace {

class DiscardSink final : public Sink {
 public:
  explicit DiscardSink(DeliveryListener& listener) : reports_(listener) {}
  Result<Submit> submit(const Message&, Token token) override {
    reports_.expect_from(token);
    reports_.delivered_up_to(token);
    return Submit::accepted;
  }
  void flush() noexcept override {}
  std::size_t poll(std::chrono::milliseconds timeout) override { return reports_.poll(timeout); }
  [[nodiscard]] int ready_fd() const noexcept override { return reports_.ready_fd(); }
  void interrupt() noexcept override {}
  [[nodiscard]] SinkStatus status() const override { return {}; }

 private:
  PromptReports reports_;
};

} // namespace

std::unique_ptr<Sink> make_discard_sink(DeliveryListener& listener) { return std::make_unique<DiscardSink>(listener); }

} // namespace rowferry
