#include "cmariadb.h"
