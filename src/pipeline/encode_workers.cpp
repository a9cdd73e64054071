#include "pipeline/encode_workers.hpp"

#include <pthread.h>

namespace rowferry {

struct EncodeWorkers::Worker {
  static constexpr std::size_t kRoutes = 1024;

  Worker(EncodeWorkers& owner, const RoutingRules& rules, Topics& topics, WarnedOnce& once, OutputUsage& usage)
      : warnings{.once = &once},
        router(rules, topics, kRoutes),
        encoder(router, warnings, usage),
        thread([this, &owner] { run(owner); }) {
    ::pthread_setname_np(thread.native_handle(), "encode");
  }

  void run(EncodeWorkers& owner) {
    while (RowsJob* const job = owner.take()) job->run(encoder);
  }

  EncodeWarnings warnings;
  Router router;
  ChangeEncoder encoder;
  std::thread thread; // the last: it uses the others
};

EncodeWorkers::EncodeWorkers(std::size_t threads, const RoutingRules& rules, Topics& topics, WarnedOnce& once,
                             OutputUsage& usage) {
  try {
    for (std::size_t i = 0; i < threads; ++i) {
      workers_.push_back(std::make_unique<Worker>(*this, rules, topics, once, usage));
    }
  } catch (...) {
    end();
    throw;
  }
}

EncodeWorkers::~EncodeWorkers() { end(); }

void EncodeWorkers::end() noexcept {
  const std::uint32_t given = given_.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    jobs_[(given + i) % kMostJobs].store(nullptr, std::memory_order_relaxed);
  }
  given_.store(given + static_cast<std::uint32_t>(workers_.size()), std::memory_order_seq_cst);
  given_.notify_all();
  for (const auto& worker : workers_) worker->thread.join();
}

void EncodeWorkers::give(RowsJob& job) noexcept {
  const std::uint32_t given = given_.load(std::memory_order_relaxed);
  jobs_[given % kMostJobs].store(&job, std::memory_order_relaxed);
  given_.store(given + 1, std::memory_order_seq_cst); // before the look for somebody who waits
  given_.notify_one();
}

// Waits for a job. The slot is not written again before the job is done, because no more than kMostJobs are.
RowsJob* EncodeWorkers::take() noexcept {
  std::uint32_t taken = taken_.load(std::memory_order_acquire); // before given_: what was taken was given
  for (;;) {
    const std::uint32_t given = given_.load(std::memory_order_acquire);
    if (taken == given) {
      given_.wait(given, std::memory_order_acquire);
      taken = taken_.load(std::memory_order_acquire);
      continue;
    }
    RowsJob* const job = jobs_[taken % kMostJobs].load(std::memory_order_relaxed);
    if (taken_.compare_exchange_weak(taken, taken + 1, std::memory_order_acq_rel, std::memory_order_acquire)) {
      return job;
    }
  }
}

} // namespace rowferry
