// Threads that encode, so that the reader's thread need not (docs/adr/0013-workers.md).
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <rowferry/base/output.hpp>
#include <rowferry/encode/encoder.hpp>
#include <rowferry/route/router.hpp>
#include <rowferry/route/rules.hpp>
#include <rowferry/route/topics.hpp>
#include <thread>
#include <vector>

#include "pipeline/delivery.hpp"
#include "pipeline/rows_job.hpp"

namespace rowferry {

/// Each thread has a router, encoders and output of its own; topics and what was warned of are shared. Jobs are begun
/// in the order in which they were given.
class EncodeWorkers {
 public:
  /// Jobs that may be given and not waited for at any time.
  static constexpr std::size_t kMostJobs = 64;
  /// Bytes of output chunks that their messages take, with so many threads and rows of ordinary size. Chunks at either
  /// end are shared with other messages.
  [[nodiscard]] static constexpr std::size_t most_output(std::size_t threads) noexcept {
    return kMostJobs * RowsJob::kMostBytes + 2 * (threads + 1) * Output::kChunkBytes;
  }
  /// `limits` of what is on its way, with room beside it for what waits for its turn: that shall not wait for what is
  /// on its way. `workers` below two read nothing ahead.
  [[nodiscard]] static constexpr InFlightLimits with_read_ahead(InFlightLimits limits, std::size_t workers) noexcept {
    if (workers >= 2) limits.bytes += most_output(workers);
    return limits;
  }

  /// `rules` passed Router::check(). All but them outlive the workers. Throws std::system_error where a thread cannot
  /// be started.
  EncodeWorkers(std::size_t threads, const RoutingRules& rules, Topics& topics, WarnedOnce& once, OutputUsage& usage);
  /// No job is under way.
  ~EncodeWorkers();
  EncodeWorkers(const EncodeWorkers&) = delete;
  EncodeWorkers& operator=(const EncodeWorkers&) = delete;

  /// Runs it on one of the threads; it lives until it is done. One thread, always the same.
  void give(RowsJob& job) noexcept;

 private:
  struct Worker;
  RowsJob* take() noexcept;
  void end() noexcept;

  std::array<std::atomic<RowsJob*>, kMostJobs> jobs_{}; ///< by number; null ends the thread that takes it
  alignas(64) std::atomic<std::uint32_t> given_{0};
  alignas(64) std::atomic<std::uint32_t> taken_{0};
  std::vector<std::unique_ptr<Worker>> workers_;
};

} // namespace rowferry
