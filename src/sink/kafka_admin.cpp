// What the client asks the brokers about topics, and what it has them make.
#include <array>

#include "sink/kafka_handles.hpp"

namespace rowferry::kafka {

std::optional<TopicMetadata> Client::ask_topic(TopicHandle topic, std::chrono::milliseconds timeout, Code& failure) {
  const rd_kafka_metadata_t* raw = nullptr;
  failure = code_of(rd_kafka_metadata(state_->producer.get(), 0, topic, &raw, millis(timeout)));
  const Owned<const rd_kafka_metadata_t, rd_kafka_metadata_destroy> metadata(raw);
  if (failure != Code::ok || metadata->topic_cnt != 1) return std::nullopt;
  const rd_kafka_metadata_topic_t& about = metadata->topics[0];
  TopicMetadata result{code_of(about.err), about.partition_cnt, 0};
  for (int i = 0; i < about.partition_cnt; ++i) result.without_leader += about.partitions[i].leader < 0 ? 1 : 0;
  return result;
}

std::optional<bool> Client::ask_leaders(const std::string& topic, std::int32_t partitions,
                                        std::chrono::milliseconds timeout) {
  const Owned<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy> ends(
      rd_kafka_topic_partition_list_new(partitions));
  for (std::int32_t i = 0; i < partitions; ++i) {
    rd_kafka_topic_partition_list_add(ends.get(), topic.c_str(), i)->offset = RD_KAFKA_OFFSET_END;
  }
  const auto asked = rd_kafka_offsets_for_times(state_->producer.get(), ends.get(), millis(timeout));
  if (asked == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE || asked == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
    return std::nullopt;
  }
  bool all = asked == RD_KAFKA_RESP_ERR_NO_ERROR;
  for (int i = 0; i < ends->cnt; ++i) all &= ends->elems[i].err == RD_KAFKA_RESP_ERR_NO_ERROR;
  return all;
}

std::optional<std::size_t> Client::ask_brokers(std::chrono::milliseconds timeout, Code& failure) {
  const rd_kafka_metadata_t* raw = nullptr;
  failure = code_of(rd_kafka_metadata(state_->producer.get(), 0, nullptr, &raw, millis(timeout)));
  const Owned<const rd_kafka_metadata_t, rd_kafka_metadata_destroy> metadata(raw);
  if (failure != Code::ok) return std::nullopt;
  return static_cast<std::size_t>(metadata->broker_cnt);
}

void Client::request_topic(const NewTopic& topic, std::chrono::milliseconds timeout) {
  state_->requested = topic.name;
  std::array<char, 512> why{};
  const Owned<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy> wanted(rd_kafka_NewTopic_new(
      topic.name.c_str(), topic.partitions.value_or(-1), topic.replication.value_or(-1), why.data(), why.size()));
  const Owned<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy> options(
      rd_kafka_AdminOptions_new(state_->producer.get(), RD_KAFKA_ADMIN_OP_CREATETOPICS));
  rd_kafka_AdminOptions_set_request_timeout(options.get(), millis(timeout), why.data(), why.size());
  rd_kafka_AdminOptions_set_validate_only(options.get(), topic.validate_only ? 1 : 0, why.data(), why.size());
  rd_kafka_NewTopic_t* list = wanted.get();
  rd_kafka_CreateTopics(state_->producer.get(), &list, 1, options.get(), state_->answers.get());
}

std::optional<Answer> Client::take_answer(std::chrono::milliseconds timeout) {
  const Event event(rd_kafka_queue_poll(state_->answers.get(), millis(timeout)));
  if (event == nullptr) return std::nullopt;
  const auto reason = [](const char* text) { return std::string(text == nullptr ? "" : text); };
  if (const auto error = rd_kafka_event_error(event.get()); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Answer{code_of(error), reason(rd_kafka_event_error_string(event.get()))};
  }
  std::size_t count = 0;
  const auto* const results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  // An answer to an earlier request, which nobody waits for any more.
  if (count != 1 || rd_kafka_topic_result_name(results[0]) != state_->requested) return std::nullopt;
  return Answer{code_of(rd_kafka_topic_result_error(results[0])),
                reason(rd_kafka_topic_result_error_string(results[0]))};
}

} // namespace rowferry::kafka
