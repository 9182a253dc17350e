#pragma once

#include "http/api.hpp"
#include "query/parameters.hpp"

/// How a query becomes an answer: evaluation, pages, what X-Explain tells.
namespace waybill::http {

/// `api/v1/…` inside a selector.
class Places final : public query::Directory {
 public:
  explicit Places(Context& context) : context_(context) {}
  bool open(std::span<const query::Link>& links, Value& out) override;

 private:
  Context& context_;
};

/// The query of one request, from where its path starts to the body of the response.
class Answer {
 public:
  Answer(const Request& request, const query::Target& target, Context& context, Response& response,
         bool use_indexes);

  query::Evaluator& evaluator() { return evaluator_; }
  /// The links of the path and of the parameters, from the collection on.
  std::span<const query::Link> links() const { return parameters_.links; }

  /// Follows `rest` from `start` and writes what it gives. `known`: what is known of `start` before
  /// any row is read.
  Failure write(const Value& start, const query::Known& known, std::span<const query::Link> rest);

 private:
  std::span<const query::Link> page_links(std::span<const query::Link> links);
  void add_sort_member(std::vector<query::Link>& links);
  Failure finish_page(query::Outcome& outcome, const query::Known& known);
  void write_explanation();

  const Request& request_;
  const query::Target& target_;
  Context& context_;
  Response& response_;
  Places places_;
  query::Explanation explanation_;
  query::Surroundings around_;
  query::Evaluator evaluator_;
  query::Parameters parameters_;
};

}  // namespace waybill::http
