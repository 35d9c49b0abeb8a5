// The one translation unit holding the bodies of Asio that do not depend on template arguments.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
