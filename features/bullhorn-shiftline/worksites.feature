Feature: Worksites
  A client that we work for is a worksite in Shiftline: where to go, whom to call at the gate.

  Background:
    Given each ClientCorporation is a worksite, matched by external_id

  @chart @owner:luis
  Scenario Outline: <Bullhorn field> <flow> <Shiftline field>
    When the connector has been rehearsed
    Then this row of the chart holds

    Examples: Worksite chart
      | Bullhorn field               | flow  | Shiftline field | rule                                              | required | note                                        |
      | id                           | ->    | external_id     | as text                                           | yes      | the link                                    |
      | name                         | ->    | name            | same text                                         | yes      |                                             |
      | address.address1, address.city, address.state, address.zip, address.countryName | -> | street | address corrected | | what people type does not always find the gate |
      | address.address1, address.city, address.state, address.zip, address.countryName | -> | city | address corrected | | |
      | address.address1, address.city, address.state, address.zip, address.countryName | -> | state | address corrected, only when address.countryName is blank or address.countryName is "United States", else blank | | |
      | address.address1, address.city, address.state, address.zip, address.countryName | -> | postal_code | address corrected | | |
      | address.countryName          | ->    | country         | country as 2-letter code, or "US" if blank        |          |                                             |
      | phone                        | ->    | phone           | same phone, default country US                    |          | the gate                                    |
      | companyURL                   | ->    | website         | lower case                                        |          |                                             |
      | status                       | ->    | status          | look up in "Client status"                        | yes      |                                             |
      | numEmployees                 | ->    | employees       | same number                                       |          |                                             |
      | industryList                 | ->    | industries      | split at ";", every filled item, in order         |          | the first is the main one                   |
      | parentClientCorporation.name | ->    | parent_name     | or "independent" if blank                         |          |                                             |
      | Site notes                   | ->    | check_in_notes  | same text, blank is ignored                       |          | supervisors complete them in the app        |
      | annualRevenue                | never |                 |                                                   |          | the client's secret                         |
      | notes                        | never |                 |                                                   |          |                                             |
      |                              | kept  | gate_code       |                                                   |          | the supervisor's                            |

  @values
  Scenario Outline: <Bullhorn status> means <Shiftline status>
    When the connector has been rehearsed
    Then this row of the table holds

    Examples: Client status
      | Bullhorn status | Shiftline status | why                                    |
      | Active Account  | active           |                                        |
      | Passive Account | dormant          | people may still finish an assignment  |
      | anything else   | error            |                                        |

  @address
  Scenario Outline: an address: <answer>, <then>
    Then this row holds

    Examples: What the address service says
      | answer    | then                                          | why                                           |
      | corrected | the corrected address arrives                 | people go where it says                       |
      | uncertain | the address arrives as it was and is reported | a mere suggestion may be the wrong gate       |
      | unknown   | the address arrives as it was and is reported | somebody must ask the client                  |
      | no answer | the address arrives as it was                 | the service is down or over quota; work goes on |

  @population
  Scenario Outline: <who> <outcome>
    When the connector has been rehearsed
    Then this row of the population holds

    Examples: Which clients are shown
      | who                                                  | outcome                   | why                  |
      | status is one of "Unqualified" or "DNC" or "Archive" | leaves the app as dormant | no worker goes there |
      | anyone else                                          | reaches the app           |                      |

  @lifecycle
  Scenario Outline: <when> <then>
    When the connector has been rehearsed
    Then this row of the lifecycle holds

    Examples: What becomes of worksites
      | when                           | then                                  | why                          |
      | a client leaves the population | the worksite becomes dormant          | past assignments point to it |
      | a client comes back            | the same worksite becomes known again |                              |
