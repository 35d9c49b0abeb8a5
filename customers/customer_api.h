// Endpoints of the customers module for staff.
#pragma once

#include "base/route.h"
#include "customers/customer_service.h"

namespace parley::customers {

/// `is_online` says whether a customer has a widget open now.
void register_routes(RouteTable& table, const CustomerService& service, std::function<bool(CustomerId)> is_online);

}  // namespace parley::customers
