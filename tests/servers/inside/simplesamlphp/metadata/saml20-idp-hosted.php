<?php
$metadata[getenv('KULANZ_URL') . '/idp'] = [
    'host' => '__DEFAULT__',
    'privatekey' => 'key.pem',
    'certificate' => 'certificate.pem',
    'auth' => 'accounts',
    'saml20.sign.response' => false,
    'sign.logout' => true,
];
