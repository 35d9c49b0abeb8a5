// The one translation unit holding the bodies of Asio and Beast that do not depend on template arguments.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
