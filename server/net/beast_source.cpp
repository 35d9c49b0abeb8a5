// The one translation unit holding the bodies of Beast that do not depend on template arguments.
#include <boost/beast/src.hpp>
