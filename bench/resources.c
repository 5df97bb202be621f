// SPDX-License-Identifier: Apache-2.0
#include "resources.h"

#define SUBNET_RULES                                                                               \
    "'virtualNetworkRules':[(0-2*{'id':'%v','action':'Allow','state':'Succeeded'})]"
#define ACLS                                                                                       \
    "'networkAcls':{'bypass':'<AzureServices|None|Logging, Metrics, AzureServices>'," SUBNET_RULES \
    ",'ipRules':[(0-3*{'value':'%a','action':'Allow'})],"                                          \
    "'defaultAction':'<Allow|Deny|Deny>'"
#define ENDPOINTS                                                                                  \
    "'privateEndpointConnections':[(35?{'id':'%I/privateEndpointConnections/%N.%g',"               \
    "'name':'%N.%g','type':'%E/privateEndpointConnections','properties':{'provisioningState':"     \
    "'Succeeded','privateEndpoint':{'id':'%P/Microsoft.Network/privateEndpoints/pe-%N'},"          \
    "'privateLinkServiceConnectionState':{'status':'<Approved|Approved|Pending>','description':"   \
    "'Auto-Approved','actionsRequired':'None'}}})]"
#define IDENTITY "'identity':{'type':'SystemAssigned','principalId':'%g','tenantId':'%g'}"
#define PUBLIC_ACCESS "'publicNetworkAccess':'<Enabled|Disabled>'"

const Shape shapes[] = {
    {"Microsoft.Compute/virtualMachines", "vm", 180, 0, "(60?" IDENTITY ",)(40?'zones':['%1-3d'],)",
     "'vmId':'%g','hardwareProfile':{'vmSize':'<Standard_D2s_v5|Standard_B2ms|Standard_E4s_v4|"
     "Standard_F8s_v2>'},'storageProfile':{'imageReference':{"
     "(w?'publisher':'MicrosoftWindowsServer','offer':'WindowsServer','sku':'<2016-Datacenter|"
     "2019-Datacenter|2022-datacenter-azure-edition>')"
     "(l?<'publisher':'Canonical','offer':'0001-com-ubuntu-server-jammy','sku':'22_04-lts-gen2'|"
     "'publisher':'RedHat','offer':'RHEL','sku':'8-lvm-gen2'|"
     "'publisher':'Canonical','offer':'UbuntuServer','sku':'18.04-LTS'>)"
     ",'version':'latest','exactVersion':'%1-22d.%0-9d.%0-999999d'},'osDisk':{'osType':"
     "(w?'Windows')(l?'Linux'),'name':'%N_OsDisk_1_%x','createOption':'FromImage','caching':"
     "'ReadWrite','managedDisk':{'id':'%P/Microsoft.Compute/disks/%N_OsDisk'"
     "(20?,'diskEncryptionSet':{'id':'%P/Microsoft.Compute/diskEncryptionSets/des-%1-20d'})},"
     "'deleteOption':'Delete'},'dataDisks':[(0-3*{'lun':%k,'name':'%N_data_%k','createOption':"
     "'Attach','caching':'None','diskSizeGB':<64|128|512|1024>,'managedDisk':{'id':"
     "'%P/Microsoft.Compute/disks/%N_data_%k'},'toBeDetached':false})]},'osProfile':{"
     "'computerName':'%N','adminUsername':'azureuser','secrets':[],'allowExtensionOperations':true,"
     "(w?'windowsConfiguration':{'provisionVMAgent':true,'enableAutomaticUpdates':%70b,"
     "'patchSettings':{'patchMode':'<AutomaticByOS|AutomaticByPlatform>','assessmentMode':"
     "'<ImageDefault|AutomaticByPlatform>','enableHotpatching':%30b}})"
     "(l?'linuxConfiguration':{'disablePasswordAuthentication':%70b,'provisionVMAgent':true,"
     "'patchSettings':{'patchMode':'ImageDefault','assessmentMode':'<ImageDefault|"
     "AutomaticByPlatform>'}})},'networkProfile':{'networkInterfaces':[{'id':"
     "'%P/Microsoft.Network/networkInterfaces/nic-%N','properties':{'primary':true,'deleteOption':"
     "'Delete'}}]},'provisioningState':'Succeeded','timeCreated':'%t'(60?,'securityProfile':{"
     "'securityType':'<TrustedLaunch|Standard>','uefiSettings':{'secureBootEnabled':%80b,"
     "'vTpmEnabled':%80b},'encryptionAtHost':%30b})(70?,'diagnosticsProfile':{'bootDiagnostics':{"
     "'enabled':%90b}})"},
    {"Microsoft.Network/networkInterfaces", "nic-", 150, 0, "'kind':'Regular','etag':'%e',%Y,",
     "'provisioningState':'Succeeded','resourceGuid':'%g','ipConfigurations':[(1-2*{'name':"
     "'ipconfig%k','id':'%I/ipConfigurations/ipconfig%k','etag':'%e','type':'Microsoft.Network/"
     "networkInterfaces/ipConfigurations','properties':{'provisioningState':'Succeeded',"
     "'privateIPAddress':'%p','privateIPAllocationMethod':'<Dynamic|Static>','subnet':{'id':'%v'},"
     "'primary':%90b,'privateIPAddressVersion':'IPv4'(15?,'publicIPAddress':{'id':"
     "'%P/Microsoft.Network/publicIPAddresses/pip-%i'})}})],'dnsSettings':{'dnsServers':[],"
     "'appliedDnsServers':[],'internalDomainNameSuffix':'%x.bx.internal.cloudapp.net'},"
     "'macAddress':'00-0D-3A-%10-99d-%10-99d-%10-99d','enableAcceleratedNetworking':%50b,"
     "'vnetEncryptionSupported':false,'enableIPForwarding':%5b,'primary':true,'virtualMachine':{"
     "'id':'%P/Microsoft.Compute/virtualMachines/vm%i'},'hostedWorkloads':[],'tapConfigurations':"
     "[],'nicType':'Standard','allowPort25Out':false(60?,'networkSecurityGroup':{'id':"
     "'%P/Microsoft.Network/networkSecurityGroups/nsg-%1-999d'})"},
    {"Microsoft.Compute/disks", "disk", 150, 0,
     "'sku':{'name':'<Premium_LRS|StandardSSD_LRS|Premium_ZRS>','tier':'Premium'},'managedBy':"
     "'%P/Microsoft.Compute/virtualMachines/vm%i',%Y,(40?'zones':['%1-3d'],)",
     "'osType':'<Windows|Linux>','hyperVGeneration':'V%1-2d','creationData':{'createOption':"
     "'FromImage','imageReference':{'id':'/Subscriptions/%S/Providers/Microsoft.Compute/Locations/"
     "%L/Publishers/Canonical/ArtifactTypes/VMImage/Offers/UbuntuServer/Skus/18.04-LTS/Versions/"
     "18.04.202401'}},'diskSizeGB':<30|64|127|128>,'diskIOPSReadWrite':500,'diskMBpsReadWrite':100,"
     "<'encryption':{'type':'EncryptionAtRestWithPlatformKey'}|'encryption':{'type':"
     "'EncryptionAtRestWithCustomerKey','diskEncryptionSetId':"
     "'%P/Microsoft.Compute/diskEncryptionSets/des-%1-20d'}>,'networkAccessPolicy':"
     "'<AllowAll|DenyAll|AllowPrivate>'," PUBLIC_ACCESS ",'timeCreated':'%t','provisioningState':"
     "'Succeeded','diskState':'Attached','diskSizeBytes':<32213303296|136367308800>,'uniqueId':'%g'"
     ","
     "'tier':'P%4-30d','supportedCapabilities':{'acceleratedNetwork':true,'architecture':'x64',"
     "'diskControllerTypes':'SCSI, NVMe'},'securityProfile':{'securityType':'TrustedLaunch'}"},
    {"Microsoft.Storage/storageAccounts", "st", 120, 0,
     "'sku':{'name':'<Standard_LRS|Standard_GRS|Standard_ZRS|Premium_LRS>','tier':'Standard'},"
     "'kind':'StorageV2',",
     "'keyCreationTime':{'key1':'%t','key2':'%t'},'allowCrossTenantReplication':%30b," ENDPOINTS
     ",'minimumTlsVersion':'<TLS1_0|TLS1_2|TLS1_2|TLS1_2>','allowBlobPublicAccess':%20b," ACLS
     ",'resourceAccessRules':[]},'supportsHttpsTrafficOnly':%92b,'encryption':{'services':{'file':{"
     "'keyType':'Account','enabled':true,'lastEnabledTime':'%t'},'blob':{'keyType':'Account',"
     "'enabled':true,'lastEnabledTime':'%t'}},'keySource':'<Microsoft.Storage|Microsoft.Storage|"
     "Microsoft.Keyvault>'(30?,'requireInfrastructureEncryption':true)},'accessTier':'<Hot|Cool>',"
     "'provisioningState':'Succeeded','creationTime':'%t','primaryEndpoints':{'dfs':"
     "'https://%N.dfs.core.windows.net/','web':'https://%N.z6.web.core.windows.net/','blob':"
     "'https://%N.blob.core.windows.net/','queue':'https://%N.queue.core.windows.net/','table':"
     "'https://%N.table.core.windows.net/','file':'https://%N.file.core.windows.net/'},"
     "'primaryLocation':'%L','statusOfPrimary':'available'(70?,'allowSharedKeyAccess':%60b)"
     "(60?," PUBLIC_ACCESS ")(30?,'keyPolicy':{'keyExpirationPeriodInDays':%30-365d})"
     "(20?,'sasPolicy':{'sasExpirationPeriod':'%1-30d.00:00:00','expirationAction':'<Log|Block>'}"
     ")"},
    {"Microsoft.Network/networkSecurityGroups", "nsg-", 80, 0, "'etag':'%e',",
     "'provisioningState':'Succeeded','resourceGuid':'%g','securityRules':[(1-3*{'name':'rule%k',"
     "'id':'%I/securityRules/rule%k','etag':'%e','type':'%E/securityRules','properties':{"
     "'provisioningState':'Succeeded','protocol':'<TCP|*|UDP>','sourcePortRange':'*',"
     "'destinationPortRange':'<22|3389|443|80|8080-8090|*>','sourceAddressPrefix':'<*|Internet|"
     "10.0.0.0/8|VirtualNetwork>','destinationAddressPrefix':'*','access':'<Allow|Allow|Deny>',"
     "'priority':1%k0,'direction':'<Inbound|Inbound|Outbound>','sourcePortRanges':[],"
     "'destinationPortRanges':[],'sourceAddressPrefixes':[],'destinationAddressPrefixes':[]}})],"
     "'subnets':[(0-2*{'id':'%v'})]"},
    {"Microsoft.Web/sites", "app", 80, 0,
     "(w?'kind':'<app|functionapp|functionapp,workflowapp>',)"
     "(l?'kind':'<app,linux|functionapp,linux>',)(60?" IDENTITY ",)",
     "'name':'%N','state':'Running','hostNames':['%N.azurewebsites.net'],'webSpace':"
     "'%R-%Lwebspace','selfLink':'https://waws-prod-%L.api.azurewebsites.windows.net:455/"
     "subscriptions/%S/webspaces/%R/sites/%N','repositorySiteName':'%N','usageState':'Normal',"
     "'enabled':true,'adminEnabled':true,'enabledHostNames':['%N.azurewebsites.net',"
     "'%N.scm.azurewebsites.net'],'siteProperties':{'metadata':null,'properties':[{'name':"
     "'LinuxFxVersion','value':'NODE\\|18-lts'},{'name':'WindowsFxVersion','value':null}],"
     "'appSettings':null},'availabilityState':'Normal','csrs':[],'hostNameSslStates':[(2-2*{"
     "'name':'%N.azurewebsites.net','sslState':'Disabled','ipBasedSslState':'NotConfigured',"
     "'hostType':'Standard'})],'serverFarmId':'%P/Microsoft.Web/serverfarms/plan-%1-99d',"
     "'reserved':(w?false)(l?true),'isXenon':false,'hyperV':false,'storageRecoveryDefaultState':"
     "'Running','contentAvailabilityState':'Normal','runtimeAvailabilityState':'Normal',"
     "'vnetRouteAllEnabled':%40b,'vnetImagePullEnabled':%20b,'vnetContentShareEnabled':%20b,"
     "'vnetBackupRestoreEnabled':%10b,'siteConfig':{'numberOfWorkers':1,'linuxFxVersion':"
     "'NODE\\|18-lts','acrUseManagedIdentityCreds':false,'alwaysOn':%50b,'http20Enabled':%40b,"
     "'functionAppScaleLimit':0,'minimumElasticInstanceCount':0,'minTlsVersion':'<1.0|1.2|1.2|1.3>'"
     ","
     "'ftpsState':'<AllAllowed|FtpsOnly|Disabled>'},'clientAffinityEnabled':true,"
     "'clientCertEnabled':%20b,'clientCertMode':'Required','httpsOnly':%80b,"
     "'endToEndEncryptionEnabled':%10b,'redundancyMode':'None','publicNetworkAccess':"
     "<'Enabled'|'Disabled'|null>,'storageAccountRequired':false,'keyVaultReferenceIdentity':"
     "'SystemAssigned','sku':'<Standard|PremiumV3|Basic|Dynamic>','lastModifiedTimeUtc':'%t'"
     "(40?,'virtualNetworkSubnetId':'%v')"},
    {"Microsoft.KeyVault/vaults", "kv", 60, 0, "%Y,",
     "'sku':{'family':'A','name':'<standard|premium>'},'tenantId':'%g','accessPolicies':[(0-3*{"
     "'tenantId':'%g','objectId':'%g','permissions':{'keys':['Get','List','Update','Create'],"
     "'secrets':['Get','List','Set'],'certificates':['Get','List']}})],'enabledForDeployment':%30b,"
     "'enabledForDiskEncryption':%30b,'enabledForTemplateDeployment':%30b,"
     "'softDeleteRetentionInDays':<7|90>,'enableRbacAuthorization':%50b,'vaultUri':"
     "'https://%N.vault.azure.net/','provisioningState':'Succeeded'," PUBLIC_ACCESS
     "(90?,'enableSoftDelete':%97b)(60?,'enablePurgeProtection':true)(70?," ACLS "})"
     "(40?," ENDPOINTS ")"},
    {"Microsoft.Network/publicIPAddresses", "pip-", 60, 0,
     "'sku':{'name':'<Standard|Basic>','tier':'<Regional|Global>'},'etag':'%e',%Y,"
     "(50?'zones':['1','2','3'],)",
     "'provisioningState':'Succeeded','resourceGuid':'%g','ipAddress':'%a',"
     "'publicIPAddressVersion':'IPv4','publicIPAllocationMethod':'Static','idleTimeoutInMinutes':4,"
     "'ipTags':[(20?{'ipTagType':'FirstPartyUsage','tag':'/NonProd'})],'ipConfiguration':{'id':"
     "'%P/Microsoft.Network/networkInterfaces/nic-%i/ipConfigurations/ipconfig1'},'ddosSettings':{"
     "'protectionMode':'VirtualNetworkInherited'},'dnsSettings':{'domainNameLabel':'host%i','fqdn':"
     "'host%i.%L.cloudapp.azure.com'}"},
    {"Microsoft.Network/virtualNetworks", "vnet-", 30, 0, "'etag':'%e',",
     "'provisioningState':'Succeeded','resourceGuid':'%g','addressSpace':{'addressPrefixes':["
     "'10.%0-255d.0.0/16']},'subnets':[(1-4*{'name':'snet-%k','id':'%I/subnets/snet-%k','etag':"
     "'%e','type':'%E/subnets','properties':{'provisioningState':'Succeeded','addressPrefix':"
     "'10.%0-255d.%k.0/24','delegations':[],'privateEndpointNetworkPolicies':'<Disabled|Enabled>',"
     "'privateLinkServiceNetworkPolicies':'Enabled'(60?,'networkSecurityGroup':{'id':"
     "'%P/Microsoft.Network/networkSecurityGroups/nsg-%1-999d'})(50?,'defaultOutboundAccess':%50b)"
     "}})],'virtualNetworkPeerings':[],'enableDdosProtection':%20b"},
    {"Microsoft.Sql/servers/databases", "db", 30, "servers/sqlprd%i/databases/",
     "'sku':{'name':'Standard','tier':'Standard','capacity':100},'kind':'v12.0,user','managedBy':"
     "null,%Y,",
     "'collation':'SQL_Latin1_General_CP1_CI_AS','maxSizeBytes':268435456000,'status':'Online',"
     "'databaseId':'%g','creationDate':'%t','currentServiceObjectiveName':'S3',"
     "'requestedServiceObjectiveName':'S3','defaultSecondaryLocation':'westus','catalogCollation':"
     "'SQL_Latin1_General_CP1_CI_AS','zoneRedundant':%30b,'earliestRestoreDate':'%t','readScale':"
     "'Disabled','currentSku':{'name':'Standard','tier':'Standard','capacity':100},"
     "'currentBackupStorageRedundancy':'<Geo|Local|Zone>','requestedBackupStorageRedundancy':"
     "'<Geo|Local|Zone>','maintenanceConfigurationId':'/subscriptions/%S/providers/"
     "Microsoft.Maintenance/publicMaintenanceConfigurations/SQL_Default','isLedgerOn':%5b,"
     "'isInfraEncryptionEnabled':false(20?,'elasticPoolId':"
     "'%P/Microsoft.Sql/servers/sqlprd%i/elasticPools/pool1')"},
    {"Microsoft.Sql/servers", "sql", 20, 0, "'kind':'v12.0'," IDENTITY ",%Y,",
     "'administratorLogin':'sqladmin','version':'12.0','state':'Ready','fullyQualifiedDomainName':"
     "'%N.database.windows.net'," ENDPOINTS
     ",'minimalTlsVersion':'<1.0|1.1|1.2|1.2|None>'," PUBLIC_ACCESS
     ",'restrictOutboundNetworkAccess':'<Enabled|Disabled>',"
     "'externalGovernanceStatus':'Disabled'(60?,'administrators':{'administratorType':"
     "'ActiveDirectory','principalType':'Group','login':'sql-admins','sid':'%g','tenantId':'%g',"
     "'azureADOnlyAuthentication':%50b})(20?,'keyId':'https://kv%i.vault.azure.net/keys/tde/%x')"},
    {"Microsoft.ContainerService/managedClusters", "aks", 15, 0,
     "'sku':{'name':'Base','tier':'<Free|Standard>'}," IDENTITY ",",
     "'provisioningState':'Succeeded','powerState':{'code':'Running'},'kubernetesVersion':"
     "'<1.27.9|1.28.5|1.29.2|1.30.0>','dnsPrefix':'%N','fqdn':'%N.hcp.%L.azmk8s.io',"
     "'agentPoolProfiles':[(1-3*{'name':'pool%k','count':%1-10d,'vmSize':'Standard_D4s_v5',"
     "'osDiskSizeGB':128,'osDiskType':'Managed','maxPods':110,'type':'VirtualMachineScaleSets',"
     "'mode':'<System|User>','osType':'Linux','osSKU':'Ubuntu','enableAutoScaling':%50b,"
     "'provisioningState':'Succeeded','powerState':{'code':'Running'},'orchestratorVersion':"
     "'1.29.2','vnetSubnetID':'%v','enableEncryptionAtHost':%40b(50?,'availabilityZones':['1','2',"
     "'3'])(30?,'securityProfile':{'sshAccess':'<LocalUser|Disabled>'})})],"
     "'servicePrincipalProfile':{'clientId':'msi'},'addonProfiles':{'azurePolicy':{'enabled':%60b,"
     "'config':null},'omsagent':{'enabled':%50b,'config':{'logAnalyticsWorkspaceResourceID':"
     "'%P/Microsoft.OperationalInsights/workspaces/law1'}}},'nodeResourceGroup':'MC_%R_%N_%L',"
     "'enableRBAC':%95b,'networkProfile':{'networkPlugin':'<azure|kubenet>','networkPolicy':"
     "'calico','loadBalancerSku':'standard','serviceCidr':'10.0.0.0/16','dnsServiceIP':'10.0.0.10',"
     "'outboundType':'loadBalancer'},'apiServerAccessProfile':{'enablePrivateCluster':%40b,"
     "'authorizedIPRanges':[(40?'%a/32')]},'autoUpgradeProfile':{'upgradeChannel':"
     "'<stable|none|patch>','nodeOSUpgradeChannel':'<NodeImage|None>'},'disableLocalAccounts':%50b,"
     "'securityProfile':{'imageCleaner':{'enabled':%50b,'intervalHours':48},'workloadIdentity':{"
     "'enabled':%50b}},'storageProfile':{'diskCSIDriver':{'enabled':true},'fileCSIDriver':{"
     "'enabled':true},'snapshotController':{'enabled':true}},'oidcIssuerProfile':{'enabled':%50b}"
     "(70?,'aadProfile':{'managed':true,'adminGroupObjectIDs':['%g'],'enableAzureRBAC':%50b,"
     "'tenantID':'%g'})(30?,'diskEncryptionSetID':"
     "'%P/Microsoft.Compute/diskEncryptionSets/des-%1-20d')"},
    {"Microsoft.ContainerRegistry/registries", "acr", 10, 0,
     "'sku':{'name':'<Basic|Standard|Premium>','tier':'Standard'},%Y,",
     "'loginServer':'%N.azurecr.io','creationDate':'%t','provisioningState':'Succeeded',"
     "'adminUserEnabled':%30b,'policies':{'quarantinePolicy':{'status':'disabled'},'trustPolicy':{"
     "'type':'Notary','status':'disabled'},'retentionPolicy':{'days':7,'lastUpdatedTime':'%t',"
     "'status':'disabled'},'exportPolicy':{'status':'<enabled|disabled>'},"
     "'azureADAuthenticationAsArmPolicy':{'status':'<enabled|disabled>'}},'encryption':{'status':"
     "'<enabled|disabled>'},'dataEndpointEnabled':false,'dataEndpointHostNames':[]," ENDPOINTS
     "," PUBLIC_ACCESS ",'networkRuleBypassOptions':'AzureServices','zoneRedundancy':"
     "'<Disabled|Enabled>','anonymousPullEnabled':%10b(50?,'networkRuleSet':{'defaultAction':"
     "'<Allow|Deny>','ipRules':[(0-3*{'action':'Allow','value':'%a'})]})"},
    {"Microsoft.DocumentDB/databaseAccounts", "cosmos", 10, 0, "'kind':'GlobalDocumentDB',%Y,",
     "'provisioningState':'Succeeded','documentEndpoint':'https://%N.documents.azure.com:443/"
     "'," PUBLIC_ACCESS ",'enableAutomaticFailover':%50b,'enableMultipleWriteLocations':%30b,"
     "'isVirtualNetworkFilterEnabled':%40b,'virtualNetworkRules':[(0-2*{'id':'%v',"
     "'ignoreMissingVNetServiceEndpoint':false})],'disableKeyBasedMetadataWriteAccess':%30b,"
     "'disableLocalAuth':%40b,'databaseAccountOfferType':'Standard','consistencyPolicy':{"
     "'defaultConsistencyLevel':'Session','maxIntervalInSeconds':5,'maxStalenessPrefix':100},"
     "'writeLocations':[{'id':'%N-%L','locationName':'%L','provisioningState':'Succeeded',"
     "'failoverPriority':0,'isZoneRedundant':%50b}],'locations':[(1-2*{'id':'%N-region%k',"
     "'locationName':'<%L|westus>','documentEndpoint':'https://%N-%k.documents.azure.com:443/',"
     "'provisioningState':'Succeeded','failoverPriority':%k,'isZoneRedundant':%50b})],'ipRules':["
     "(0-3*{'ipAddressOrRange':'%a'})],'capabilities':[(30?{'name':'EnableServerless'})],"
     "'minimalTlsVersion':'<Tls|Tls11|Tls12>','keysMetadata':{'primaryMasterKey':{'generationTime':"
     "'%t'},'secondaryMasterKey':{'generationTime':'%t'},'primaryReadonlyMasterKey':{"
     "'generationTime':'%t'}}(20?,'keyVaultKeyUri':'https://kv1.vault.azure.net/keys/c')"},
    {"Microsoft.EventHub/namespaces", "eh", 5, 0,
     "'sku':{'name':'Standard','tier':'Standard','capacity':1},",
     "'minimumTlsVersion':'<1.0|1.2>'," PUBLIC_ACCESS ",'disableLocalAuth':%40b,'zoneRedundant':"
     "%50b,'isAutoInflateEnabled':false,'maximumThroughputUnits':0,'kafkaEnabled':true,"
     "'provisioningState':'Succeeded','metricId':'%S:%N','createdAt':'%t','updatedAt':'%t',"
     "'serviceBusEndpoint':'https://%N.servicebus.windows.net:443/','status':'Active'," ENDPOINTS
     "(30?,'encryption':{'keySource':'Microsoft.KeyVault','requireInfrastructureEncryption':%50b}"
     ")"},
};
const int shape_count = sizeof shapes / sizeof shapes[0];

#define RELATED(path, type, name)                                                                  \
    "{'id':'%I/" path "/" name "','name':'" name "','type':'" type "','resourceGroup':'%R',"       \
    "'subscriptionId':'%S','properties':{"
#define EXTENSION(publisher, kind)                                                                 \
    "{'id':'%I/extensions/" kind "','name':'" kind "','type':'Microsoft.Compute/virtualMachines/"  \
    "extensions','location':'%L','resourceGroup':'%R','subscriptionId':'%S','properties':{"        \
    "'autoUpgradeMinorVersion':%80b,'enableAutomaticUpgrade':%60b,'provisioningState':"            \
    "'<Succeeded|Succeeded|Succeeded|Failed>','publisher':'" publisher "','type':'" kind "',"      \
    "'typeHandlerVersion':'1.%0-40d','settings':{'workspaceId':'%g'}}}"
#define ASSESSMENT(id)                                                                             \
    RELATED("providers/Microsoft.Security/assessments", "Microsoft.Security/assessments", id)      \
    "'displayName':'An assessment','status':{'code':'<Healthy|Unhealthy|NotApplicable>',"          \
    "'firstEvaluationDate':'%t','statusChangeDate':'%t'},'resourceDetails':{'source':'Azure','id'" \
    ":"                                                                                            \
    "'%I'}}}"
#define GUEST(name)                                                                                \
    RELATED("providers/Microsoft.GuestConfiguration/guestConfigurationAssignments",                \
            "Microsoft.GuestConfiguration/guestConfigurationAssignments", name)                    \
    "'complianceStatus':'<Compliant|NonCompliant|Pending>','lastComplianceStatusChecked':'%t',"    \
    "'parameterHash':'%x','provisioningState':'Succeeded','targetResourceId':'%I',"                \
    "'guestConfiguration':{'name':'" name                                                          \
    "','version':'1.*','assignmentType':'ApplyAndMonitor'}}}"
#define DIAGNOSTICS(category)                                                                      \
    RELATED("providers/Microsoft.Insights/diagnosticSettings",                                     \
            "Microsoft.Insights/diagnosticSettings", "to-workspace")                               \
    "'workspaceId':'%P/Microsoft.OperationalInsights/workspaces/"                                  \
    "law1','logs':[{'category':'" category                                                         \
    "','categoryGroup':null,'enabled':%80b,'retentionPolicy':{'enabled':%50b,'days':"              \
    "<0|30|90|365>}}],'metrics':[{'category':'AllMetrics','enabled':%50b,'retentionPolicy':{"      \
    "'enabled':false,'days':0}}]}}"
#define ENDPOINT_CHILD(type)                                                                       \
    RELATED("privateEndpointConnections", type "/privateEndpointConnections", "%N.conn")           \
    "'privateEndpoint':{'id':'%P/Microsoft.Network/privateEndpoints/pe-%N'},"                      \
    "'privateLinkServiceConnectionState':{'status':'<Approved|Approved|Pending>','description':"   \
    "'Auto-Approved'},'provisioningState':'Succeeded'}}"

#define VM "Microsoft.Compute/virtualMachines"
#define SITE "Microsoft.Web/sites"
#define STORAGE "Microsoft.Storage/storageAccounts"
#define VAULT "Microsoft.KeyVault/vaults"
#define SERVER "Microsoft.Sql/servers"
#define DATABASE "Microsoft.Sql/servers/databases"
#define CLUSTER "Microsoft.ContainerService/managedClusters"
#define HUB "Microsoft.EventHub/namespaces"

// Names are drawn by the resource's Windows-like coin only: an id repeats them.
const Child children[] = {
    {VM, 60,
     EXTENSION("Microsoft.Azure.Monitor",
               "(w?AzureMonitorWindowsAgent)(l?AzureMonitorLinuxAgent)")},
    {VM, 30, EXTENSION("Microsoft.Azure.Security", "IaaSAntimalware")},
    {VM, 40,
     EXTENSION("Microsoft.GuestConfiguration",
               "(w?ConfigurationforWindows)(l?ConfigurationforLinux)")},
    {VM, 25,
     EXTENSION("Microsoft.Azure.Monitoring.DependencyAgent",
               "(w?DependencyAgentWindows)(l?DependencyAgentLinux)")},
    {VM, 70, ASSESSMENT("c3b51c94-588b-426b-a892-24696f9e54cc")},
    {VM, 70, ASSESSMENT("805651bc-6ecd-4c73-9b55-97a19d0582d0")},
    {VM, 70, ASSESSMENT("bc303248-3d14-44c2-96a0-55f5c326b5fe")},
    {VM, 40, GUEST("CertificateExpiration")},
    {VM, 30, GUEST("AzureBaseline_SecurityOptionsNetworkSecurity")},
    {VM, 40,
     RELATED("providers/Microsoft.RecoveryServices/backupprotecteditems",
             "Microsoft.RecoveryServices/backupprotecteditems",
             "vm-%N") "'protectionStatus':'Healthy','lastBackupTime':'%t'}}"},
    {SITE, 100,
     RELATED(
         "config", SITE "/config",
         "web") "'numberOfWorkers':1,'netFrameworkVersion':'v6.0','linuxFxVersion':'NODE\\|18-lts',"
                "'javaVersion':null,'pythonVersion':'','phpVersion':'','remoteDebuggingEnabled':%"
                "10b,"
                "'httpLoggingEnabled':%60b,'alwaysOn':%50b,'http20Enabled':%60b,'minTlsVersion':"
                "'<1.0|1.2|1.2|1.3>','scmMinTlsVersion':'1.2','ftpsState':'<AllAllowed|FtpsOnly|"
                "Disabled>',"
                "'managedServiceIdentityId':%1-9999d,'siteAuthEnabled':%40b,'clientCertEnabled':%"
                "30b,'cors':{"
                "'allowedOrigins':[<'*'|'https://"
                "portal.contoso.example'>]},'ipSecurityRestrictions':[{"
                "'ipAddress':'Any','action':'Allow','priority':1,'name':'Allow all'}]}}"},
    {SITE, 80,
     RELATED("basicPublishingCredentialsPolicies", SITE "/basicPublishingCredentialsPolicies",
             "ftp") "'allow':%50b}}"},
    {SITE, 80,
     RELATED("basicPublishingCredentialsPolicies", SITE "/basicPublishingCredentialsPolicies",
             "scm") "'allow':%50b}}"},
    {SITE, 50, DIAGNOSTICS("AppServiceHTTPLogs")},
    {SITE, 30, ENDPOINT_CHILD(SITE)},
    {STORAGE, 100,
     RELATED("blobServices", STORAGE "/blobServices",
             "default") "'changeFeed':{'enabled':%20b},'deleteRetentionPolicy':{'enabled':%70b,'"
                        "days':%7-90d},"
                        "'containerDeleteRetentionPolicy':{'enabled':%60b,'days':7},'"
                        "isVersioningEnabled':%40b}}"},
    {STORAGE, 35, ENDPOINT_CHILD(STORAGE)},
    {STORAGE, 35,
     "{'id':'%P/Microsoft.Network/privateEndpoints/pe-%N/privateDnsZoneGroups/default',"
     "'name':'default','type':'Microsoft.Network/privateEndpoints/privateDnsZoneGroups',"
     "'resourceGroup':'%R','subscriptionId':'%S','properties':{'provisioningState':'Succeeded',"
     "'privateDnsZoneConfigs':[{'name':'blob','properties':{'privateDnsZoneId':"
     "'%P/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net'}}]}}"},
    {VAULT, 60, DIAGNOSTICS("AuditEvent")},
    {VAULT, 40,
     RELATED("keys", VAULT "/keys", "key1") "'attributes':{'enabled':true,'exp':%1700000000-"
                                            "1900000000d,'created':1690000000},'kty':"
                                            "'<RSA|RSA-HSM|EC>','keySize':<2048|3072|4096>,'"
                                            "rotationPolicy':{'attributes':{}}}}"},
    {SERVER, 100,
     RELATED("auditingSettings", SERVER "/auditingSettings",
             "default") "'state':'<Enabled|Enabled|Disabled>','retentionDays':<0|30|90|365>,"
                        "'isAzureMonitorTargetEnabled':%60b,'storageEndpoint':<''|'https://"
                        "audit.blob.core.windows.net/'>"
                        ",'auditActionsAndGroups':['SUCCESSFUL_DATABASE_AUTHENTICATION_GROUP',"
                        "'FAILED_DATABASE_AUTHENTICATION_GROUP'(60?,'BATCH_COMPLETED_GROUP')]}}"},
    {SERVER, 100,
     RELATED("securityAlertPolicies", SERVER "/securityAlertPolicies",
             "Default") "'state':'<Enabled|Disabled>','disabledAlerts':[],'emailAccountAdmins':%"
                        "50b,'emailAddresses':"
                        "[],'retentionDays':0,'creationTime':'%t'}}"},
    {SERVER, 70,
     RELATED("administrators", SERVER "/administrators",
             "ActiveDirectory") "'administratorType':'ActiveDirectory','login':'sql-admins','sid':'"
                                "%g','tenantId':'%g'}}"},
    {SERVER, 60,
     RELATED("azureADOnlyAuthentications", SERVER "/azureADOnlyAuthentications",
             "Default") "'azureADOnlyAuthentication':%60b}}"},
    {SERVER, 50,
     RELATED("firewallRules", SERVER "/firewallRules",
             "office") "'startIpAddress':'<0.0.0.0|%a>','endIpAddress':'<0.0.0.0|255.255.255.255|%"
                       "a>'}}"},
    {SERVER, 30,
     RELATED("virtualNetworkRules", SERVER "/virtualNetworkRules",
             "vnet-rule") "'virtualNetworkSubnetId':'%v','ignoreMissingVnetServiceEndpoint':false,'"
                          "state':'Ready'}}"},
    {SERVER, 60, ASSESSMENT("82e20e14-edc5-4373-bfc4-f13121257c37")},
    {DATABASE, 100,
     RELATED("transparentDataEncryption", DATABASE "/transparentDataEncryption",
             "current") "'state':'<Enabled|Enabled|Enabled|Disabled>'}}"},
    {DATABASE, 70,
     RELATED("backupLongTermRetentionPolicies", DATABASE "/backupLongTermRetentionPolicies",
             "default") "'weeklyRetention':'<PT0S|P4W>','monthlyRetention':'<PT0S|P12M>','"
                        "yearlyRetention':'PT0S',"
                        "'weekOfYear':0}}"},
    {CLUSTER, 60, DIAGNOSTICS("kube-audit")},
    {CLUSTER, 40,
     RELATED("providers/Microsoft.KubernetesConfiguration/extensions",
             "Microsoft.KubernetesConfiguration/extensions",
             "flux") "'extensionType':'<microsoft.flux|microsoft.dataprotection.kubernetes>','"
                     "provisioningState':"
                     "'<Succeeded|Succeeded|Failed>','releaseTrain':'Stable','"
                     "autoUpgradeMinorVersion':%80b}}"},
    {"Microsoft.ContainerRegistry/registries", 60,
     ASSESSMENT("c0b7cfc6-3172-465a-b378-53c7ff2cc0d5")},
    {HUB, 60, DIAGNOSTICS("OperationalLogs")},
    {HUB, 40, ENDPOINT_CHILD(HUB)},
};
const int child_count = sizeof children / sizeof children[0];

const char watcher_text[] =
    "{'id':'/subscriptions/%S/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/"
    "networkWatchers/NetworkWatcher_%L','name':'NetworkWatcher_%L','type':"
    "'Microsoft.Network/networkWatchers','location':'%L','resourceGroup':'NetworkWatcherRG',"
    "'subscriptionId':'%S','properties':{'provisioningState':'Succeeded','runningOperationIds':[]}"
    "}";
