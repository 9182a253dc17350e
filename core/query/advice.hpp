#pragma once

#include "query/evaluate.hpp"

namespace waybill::query {

/// Reports the traps of a chain that its text and the types tell, without a row being read: T-Q-1
/// to T-Q-4, T-Q-6 to T-Q-11, T-Q-18, T-Q-23, T-Q-24. `from`: what the chain starts at.
void advise(const View& view, Surroundings& around, const Known& from, std::span<const Link> links);

}  // namespace waybill::query
