// CCrypto: placeholder, replaced by its facade.
#pragma once
