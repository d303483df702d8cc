// CPCRE2: placeholder, replaced by its facade.
#pragma once
