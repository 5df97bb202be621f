// SPDX-License-Identifier: Apache-2.0
// samples — small rules and resources for the tests of the program.
#pragma once

#define RULE_TLS                                                                                   \
    "{\"name\":\"tls\",\"properties\":{\"displayName\":\"TLS 1.2\",\"policyRule\":{\"if\":{"       \
    "\"allOf\":[{\"field\":\"type\",\"equals\":\"Microsoft.Storage/storageAccounts\"},"            \
    "{\"field\":\"Microsoft.Storage/storageAccounts/minimumTlsVersion\",\"notEquals\":"            \
    "\"TLS1_2\"}]},\"then\":{\"effect\":\"audit\"}}}}"

#define ACCOUNT(name, properties)                                                                  \
    "{\"id\":\"/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/"                     \
    "storageAccounts/" name "\",\"name\":\"" name                                                  \
    "\",\"type\":\"Microsoft.Storage/storageAccounts\","                                           \
    "\"location\":\"westeurope\",\"properties\":" properties "}\n"
#define GOOD(name) ACCOUNT(name, "{\"minimumTlsVersion\":\"TLS1_2\"}")
#define POOR(name) ACCOUNT(name, "{\"minimumTlsVersion\":\"TLS1_0\"}")
