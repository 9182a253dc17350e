#pragma once

#include "query/evaluate.hpp"

/// The stages of a pipeline. They live in the arena, own nothing, and are read once.
namespace waybill::query {

/// All live rows of a table, of one type if that is set, in natural order.
class RowScan final : public ValueStream {
 public:
  RowScan(const View& view, TableId table, const Type* type)
      : view_(view), table_(table), type_(type) {}
  bool next(Value& out) override;
  uint64_t drain() override;

 private:
  const View& view_;
  TableId table_;
  const Type* type_;
  uint32_t row_ = 0;
};

/// The elements of a list that is stored.
class ListWalk final : public ValueStream {
 public:
  ListWalk(const View& view, const Value& list)
      : view_(view), list_(list), size_(view.size(list)) {}
  bool next(Value& out) override;
  uint64_t drain() override;
  void skip(uint64_t count) override;

 private:
  const View& view_;
  Value list_;
  uint32_t size_;
  uint32_t at_ = 0;
};

/// What fits the predicates of `where` (all of them) or `either` (any).
class Filter final : public ValueStream {
 public:
  Filter(Evaluator& evaluator, ValueStream& input, const Link& op)
      : evaluator_(evaluator), input_(input), op_(op) {}
  bool next(Value& out) override;

 private:
  Evaluator& evaluator_;
  ValueStream& input_;
  const Link& op_;
  uint32_t position_ = 0;
};

/// Elements that know where they stood when a projection was applied to them, for `$index`.
class Numbered final : public ValueStream {
 public:
  Numbered(Evaluator& evaluator, ValueStream& input, const Link& projection)
      : evaluator_(evaluator), input_(input), projection_(projection) {}
  bool next(Value& out) override;
  uint64_t drain() override { return input_.drain(); }
  void skip(uint64_t count) override;

 private:
  Evaluator& evaluator_;
  ValueStream& input_;
  const Link& projection_;
  uint32_t position_ = 0;
};

class Take final : public ValueStream {
 public:
  Take(ValueStream& input, uint64_t count) : input_(input), left_(count) {}
  bool next(Value& out) override;
  uint64_t drain() override;

 private:
  ValueStream& input_;
  uint64_t left_;
};

class Skip final : public ValueStream {
 public:
  Skip(ValueStream& input, uint64_t count) : input_(input), count_(count) {}
  bool next(Value& out) override;
  uint64_t drain() override;

 private:
  ValueStream& input_;
  uint64_t count_;
};

/// A list again and again.
class Repeat final : public ValueStream {
 public:
  Repeat(std::span<const Value> items, uint64_t times) : items_(items), times_(times) {}
  bool next(Value& out) override;
  uint64_t drain() override;

 private:
  std::span<const Value> items_;
  uint64_t times_;
  size_t at_ = 0;
};

/// How many elements a run of operators lets through at most; UINT64_MAX if all.
uint64_t most_taken(std::span<const Link> ops);

/// Whether the element fits an operator's predicates: all of `where`, any of `either`;
/// without predicates `$this` is tested.
bool passes(Evaluator& evaluator, const Value& element, const Link& op);

}  // namespace waybill::query
