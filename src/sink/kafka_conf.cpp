#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "sink/kafka_handles.hpp"

namespace rowferry::kafka {

Result<Conf> make_conf(const Properties& properties) {
  Conf conf(rd_kafka_conf_new());
  std::array<char, 512> why{};
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), why.data(), why.size()) != RD_KAFKA_CONF_OK) {
      return fail(Error::usage(fmt::format("sink.kafka.{}: {}", name, why.data())));
    }
  }
  return conf;
}

Result<Producer> make_producer(Conf conf) {
  std::array<char, 512> why{};
  rd_kafka_t* const handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), why.data(), why.size());
  if (handle == nullptr) return fail(Error::usage(why.data()));
  std::ignore = conf.release(); // now the producer's
  return Producer(handle);
}

std::string property_problem(const std::string& name, const std::string& value, bool& unknown) {
  const Conf conf(rd_kafka_conf_new());
  std::array<char, 512> why{};
  const rd_kafka_conf_res_t result = rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), why.data(), why.size());
  unknown = result == RD_KAFKA_CONF_UNKNOWN;
  return result == RD_KAFKA_CONF_OK ? "" : why.data();
}

std::string properties_problem(const Properties& properties) {
  constexpr std::array<std::string_view, 3> kPeers{"bootstrap.servers", "metadata.broker.list",
                                                   "test.mock.num.brokers"};
  Properties nowhere = properties;
  std::erase_if(nowhere,
                [&](const auto& one) { return std::find(kPeers.begin(), kPeers.end(), one.first) != kPeers.end(); });
  auto conf = make_conf(nowhere);
  if (!conf) return conf.error().message;
  rd_kafka_conf_set_log_cb(conf->get(), [](const rd_kafka_t*, int, const char*, const char*) {});
  const auto producer = make_producer(std::move(*conf));
  return producer ? "" : producer.error().message;
}

std::vector<std::string> property_names() {
  char* table = nullptr;
  std::size_t size = 0;
  std::FILE* const file = ::open_memstream(&table, &size);
  if (file == nullptr) return {};
  rd_kafka_conf_properties_show(file);
  std::fclose(file);
  const std::unique_ptr<char, Deleter<std::free>> owner(table);
  // A property a line, its name before the first '|'; headings and rules do not begin with a small letter.
  std::vector<std::string> names;
  for (std::string_view rest(table, size); !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::string_view name = line.substr(0, line.find_first_of(" |"));
    const bool is_name = !name.empty() && name.front() >= 'a' && name.front() <= 'z';
    if (is_name && line.find('|') != std::string_view::npos) names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

} // namespace rowferry::kafka
